//! What runs, by platform.

pub(super) mod task_sets;
