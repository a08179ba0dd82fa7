//! The plan as text.

use std::fmt::Write as _;

use jiff::SignedDuration;

use crate::picture::length;

use super::simulation::{Row, Simulated};

/// A table of what a release does, and what it comes to.
#[must_use]
pub fn text(simulated: &Simulated) -> String {
    let rows = together(&simulated.rows);
    let width = |of: &dyn Fn(&Row) -> usize| rows.iter().map(of).max().unwrap_or_default();
    let lasts = |seconds: i64| length(SignedDuration::from_secs(seconds));
    let time = |row: &Row| format!("+{}", lasts(row.at));
    let (times, events) = (width(&|row| time(row).len()), width(&|row| row.event.chars().count()));
    let whats = width(&|row| row.what.chars().count());
    let mut text = String::new();
    for row in &rows {
        let call = match (&row.call, row.times) {
            (None, _) => String::new(),
            (Some(call), 1) => call.clone(),
            (Some(call), times) => format!("{call} x {times}"),
        };
        let line = format!("  {:times$}  {:events$}  {:whats$}  {call}", time(row), row.event, row.what);
        // Writing to a String does not fail.
        let _ = writeln!(text, "{}", line.trim_end());
    }
    let writes: usize = rows.iter().map(|row| row.times).sum();
    let deadline = i64::try_from(simulated.deadline_seconds).unwrap_or(i64::MAX);
    let _ = writeln!(
        text,
        "  {} at best with {} writes, where AWS takes no time and people approve at once; {} without progress turn it round.\n  Supposed: {} tasks that serve from the first target group.",
        lasts(simulated.seconds),
        writes,
        lasts(deadline),
        simulated.tasks
    );
    text
}

/// What is done to several routes at the same moment, in one row.
fn together(rows: &[Row]) -> Vec<Row> {
    let mut together: Vec<Row> = Vec::new();
    for row in rows {
        let what = without_route(row);
        match together.last_mut().filter(|last| (last.at, &last.event, &last.what) == (row.at, &row.event, &what)) {
            Some(last) if last.call == row.call => last.times += row.times,
            _ => together.push(Row { what, ..row.clone() }),
        }
    }
    together
}

/// Weights are told without the route that they are of.
fn without_route(row: &Row) -> String {
    match row.what.split_once(" on ") {
        Some((weights, _)) if weights.starts_with("set weights ") => weights.to_owned(),
        _ => row.what.clone(),
    }
}
