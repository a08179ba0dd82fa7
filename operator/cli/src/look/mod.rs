//! What is read of the API server for a picture.
//!
//! | question | file |
//! |---|---|
//! | What is asked for, by which name? | `target.rs` |
//! | Which object is it? | `find.rs` |
//! | What belongs to it? | `read.rs` |
//! | What went wrong? | `error.rs` |

mod error;
mod find;
mod found;
mod read;
mod target;

pub use error::LookError;
pub use find::find;
pub use found::Found;
pub use read::{about, everything, seen_of};
pub use target::parsed;
