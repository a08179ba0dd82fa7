//! Holds the modules of a crate to a table of layers. A crate's own `tests/layers.rs` has the table:
//!
//! ```no_run
//! /// From the top down: what is in a line may use what is in the lines below it.
//! const LAYERS: &[&[&str]] = &[&["lib"], &["server"], &["engine"], &["wire", "world"], &["time"]];
//!
//! let violations = sluice_layers::check(concat!(env!("CARGO_MANIFEST_DIR"), "/src"), LAYERS, 300);
//! assert!(violations.is_empty(), "{}", violations.join("\n"));
//! ```
//!
//! [`check()`] makes every check of this crate. Each returns a line of text for each violation, beginning with
//! `src/FILE:LINE`.
//!
//! An import is a `use` or a path in the code that begins with `crate`, `super`, `self`, a child module's name, or a
//! module that a `use` brought in. Comments, strings and whatever stands under `#[cfg(test)]` do not count; a file whose
//! `mod` line stands under it neither. What a macro makes is not seen.

mod check;
mod circles;
mod imports;
mod layers;
mod modules;
mod parents;
mod retired;
mod tokens;

pub use check::check;
pub use circles::circles;
pub use imports::Import;
pub use layers::upward_imports;
pub use modules::{Source, longer_than, read, retired_words};
pub use parents::children_that_import_their_parent;
pub use retired::Retired;
