//! Two task definitions side by side: images, sizes, names of variables and of secrets, and that other fields differ.
//!
//! No value of a variable, a command or an option is ever shown: any of them may be a secret.

mod commands;
mod definition;
mod rows;
mod text;

pub use commands::commands;
pub use definition::{Definition, Unreadable};
pub use rows::{Row, rows};
pub use text::text;
