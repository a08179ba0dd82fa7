//! End-to-end harness of Sluice.
