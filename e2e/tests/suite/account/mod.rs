//! What the releases of one account share.
//!
//! The longest test of the suite is here, in the folder whose name comes first: tests begin in the order of their names,
//! and the suite lasts as long as the one that ends last.

mod call_rate;
mod rate_limits;
