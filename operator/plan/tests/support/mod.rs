//! A small fake world, a driver that runs the planner in it, and a checker that knows nothing of the planner.

pub mod driver;
pub mod fixture;
pub mod hooks;
pub mod invariant_checker;
pub mod kstatus;
pub mod log;
pub mod part;
#[allow(dead_code, reason = "the end-to-end tests use the rest of it")]
pub mod printer;
pub mod reads;
pub mod setting;
pub mod world;

pub use driver::{Event, Run};
pub use hooks::Function;
pub use world::{AlarmIs, Behaviour, World};

/// Compares with `tests/snapshots/<theme>/<name>.snap`.
pub fn assert_golden(theme: &str, name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.set_snapshot_path(format!("../snapshots/{theme}"));
    settings.bind(|| insta::assert_snapshot!(name, text));
}
