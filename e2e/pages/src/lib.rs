//! Reads the documentation, so that tests can hold it to the code.
//!
//! | question | where |
//! |---|---|
//! | which pages are there, and what is in them? | [`Page`] |
//! | what is in a fence, and how is it marked? | [`Block`] |
//! | which commands does a page tell? | [`Command`] |
//! | where does a link lead to? | [`Link`], [`anchors`] |
//! | what does a page say of a command line? | [`flags()`] |
//! | is a page what the code makes of it? | [`fresh()`] |
//!
//! How blocks are marked is told in `CONTRIBUTING.md`.

mod block;
mod command;
mod flags;
mod fresh;
mod link;
mod page;
mod shell;

pub use block::Block;
pub use command::Command;
pub use flags::flags;
pub use fresh::{fresh, root};
pub use link::{Link, anchors};
pub use page::Page;
