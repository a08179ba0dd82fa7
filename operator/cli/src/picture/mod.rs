//! Pictures of what the API server holds: lines of styled text, made by pure functions of the objects, the moment and the
//! width.
//!
//! | question | file |
//! |---|---|
//! | Of which objects is it made? | `seen.rs` |
//! | What is shown of a Deployment? | `deployment.rs`, a file for each part |
//! | What of a group, of an Application, of everything? | `group.rs`, `application.rs`, `table.rs` |
//! | Which mark has a word? | `words.rs` |
//! | What can be done, by which command? | `act.rs` |
//! | What is left out where there is little room? | `sections.rs` |

mod act;
mod application;
mod checks;
mod comes_next;
mod deployment;
mod events;
mod failure;
mod group;
mod head;
mod live;
mod says;
mod sections;
mod seen;
mod sides;
mod steps;
mod table;
mod text;
mod time;
mod traffic;
mod words;

pub use act::{Act, acts};
pub use application::picture as of_application;
pub use deployment::picture as of_deployment;
pub use group::picture as of_group;
pub use live::{Foot, Lost, followed, screen};
pub use sections::{Picture, Section};
pub use seen::{Frame, Seen, Told, full_name};
pub use table::picture as of_everything;
pub use text::{Line, Tone, columns};
pub use time::{age, clock, length};
