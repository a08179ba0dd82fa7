//! The schema of an object, as the API server holds it to one that is created.

mod defaults;
mod lists;
mod metadata;
mod unknown;
mod values;

pub use defaults::fill_in;
pub use lists::twice_in_lists;
pub use metadata::check_metadata;
pub use unknown::take_unknown;
pub use values::check_values;
