//! Reasons of conditions and Events: what each means, and what to do. `docs/operations.md` has the same in its table, and a test
//! holds the two together.

mod ends;
mod passing;
mod reason;
mod stalled;

use std::fmt::Write as _;

pub use reason::ReasonRow;

/// Every row, in the order of the documentation.
pub fn all() -> impl Iterator<Item = &'static ReasonRow> {
    [stalled::STALLED, passing::PASSING, ends::ENDS].into_iter().flatten()
}

/// A reason in a few lines; none where there is none of that name, in whatever case it is written.
#[must_use]
pub fn reason_for_people(word: &str) -> Option<String> {
    let rows: Vec<&ReasonRow> = all().filter(|row| row.reason.eq_ignore_ascii_case(word)).collect();
    let mut text = format!("{}\n", rows.first()?.reason);
    for row in rows {
        let place = if row.place.is_empty() { String::new() } else { format!(" ({})", row.place) };
        let _ = write!(text, "\n  what it is{place}: {}\n", row.meaning);
        let remedy = if row.remedy.is_empty() { "nothing: it passes, or has ended, by itself" } else { row.remedy };
        let _ = writeln!(text, "  what to do: {remedy}");
    }
    Some(text)
}
