//! What cannot be released: told with reason and remedy before any write to AWS, and released by itself once the cause
//! is mended.

mod assertions;
mod group;
mod hooks;
mod release;
mod revision;
mod tenant;
