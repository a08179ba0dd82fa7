//! What is followed as it changes: one list and one watch for each kind, and a picture that is redrawn.
//!
//! | question | file |
//! |---|---|
//! | What comes in, by which watches? | `streams.rs` |
//! | What is known now of what is followed? | `watched.rs`, `known.rs`, of each kind `store.rs` |
//! | What happens next? | `sources.rs` |
//! | What does a key do? | `keys.rs` |
//! | How is it shown in a terminal? | `screen.rs` |

mod keys;
mod known;
mod screen;
mod sources;
mod store;
mod streams;
mod watched;

pub use keys::{Key, offered};
pub use known::Known;
pub use screen::{Screen, Typed, typed};
pub use sources::{Happened, Sources};
pub use store::Store;
pub use streams::{Change, Stream, events_of, streams_of};
pub use watched::Watched;
