//! YAML and JSON as kubectl reads them, each part with its line.

mod events;
mod node;
mod problem;
mod scalar;

pub use events::read;
pub use node::{Key, Kind, Node};
pub use problem::Problem;
