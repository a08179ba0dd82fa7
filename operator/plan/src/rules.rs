//! Every rule that has a table, by name and in order: what docs/rules.md is made from.

use crate::admission::begin_gates;
use crate::{drift, failures, gates, lifecycle, safety};

/// One table of rules: where it is, what it answers, and its rows in the order in which they are asked.
#[derive(Clone, Debug)]
pub struct Table {
    /// The file that has the table, from the crate's folder.
    pub file: &'static str,
    /// The question that its rules answer.
    pub question: &'static str,
    /// Names of the rules.
    pub rules: Vec<&'static str>,
}

/// The tables, in the order in which the planner asks them.
#[must_use]
pub fn tables() -> Vec<Table> {
    let table = |file, question, rules| Table { file, question, rules };
    vec![
        table("src/admission/begin_gates/mod.rs", "What holds a Deployment before it begins?", begin_gates::names()),
        table("src/failures/mod.rs", "What sends traffic back by itself?", failures::names()),
        table("src/lifecycle/mod.rs", "What happens, in which order?", lifecycle::names()),
        table("src/gates/mod.rs", "What holds a release at a checkpoint?", gates::names()),
        table("src/safety/mod.rs", "What may no action do?", safety::names()),
        table("src/drift/mod.rs", "What did someone else change, while nothing is released?", drift::names()),
    ]
}
