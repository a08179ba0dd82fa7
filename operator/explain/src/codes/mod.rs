//! Error codes of AWS: which there are, and what each says.
//!
//! A code is found wherever it stands. Every SDK and tool has an envelope of its own (`An error occurred (X) when
//! calling`, `api error X:`, `Error Code: X;`, `code: Some("X")`, `<Code>X</Code>`), but all have the code as one word.

mod class;
mod family;
mod find;
mod table;

pub use class::CodeClass;
pub(crate) use find::classes_in;
pub use find::{class_of, known_class};
