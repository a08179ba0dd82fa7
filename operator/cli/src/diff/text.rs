//! Two definitions as a table.

use std::fmt::Write as _;

use sluice_api::blanked;

use super::definition::Definition;
use super::rows::{Row, rows};

/// A row for each field, the old value, a mark, and the new one: `=` the same, `~` another, `+` new, `-` gone.
#[must_use]
pub fn text(old: &Definition, new: &Definition) -> String {
    let told = rows(old, new);
    let container = |row: &Row| row.container.clone().unwrap_or_else(|| "(task)".to_owned());
    let cell = |value: &Option<String>| value.clone().unwrap_or_default();
    let mut lines = vec![[String::new(), String::new(), old.name.clone(), String::new(), new.name.clone()]];
    let mut last = None;
    for row in &told {
        let mark = match (&row.old, &row.new) {
            _ if row.same => "=",
            (None, Some(_)) => "+",
            (Some(_), None) => "-",
            _ => "~",
        };
        let of = container(row);
        let named = if last.as_ref() == Some(&of) { String::new() } else { of.clone() };
        lines.push([named, row.field.clone(), cell(&row.old), mark.to_owned(), cell(&row.new)]);
        last = Some(of);
    }
    let lines: Vec<[String; 5]> = lines.into_iter().map(|line| line.map(|cell| blanked(&cell))).collect();
    let width = |column: usize| lines.iter().map(|line| line[column].chars().count()).max().unwrap_or_default();
    let (first, second, third) = (width(0), width(1), width(2));
    let mut text = String::new();
    for [container, field, old, mark, new] in &lines {
        let line = format!("{container:first$}  {field:second$}  {old:third$}  {mark:1}  {new}");
        // Writing to a String does not fail.
        let _ = writeln!(text, "{}", line.trim_end());
    }
    let differ = told.iter().filter(|row| !row.same).count();
    let _ = match differ {
        0 => writeln!(text, "Nothing of what runs differs."),
        1 => writeln!(text, "1 field differs. Values of variables, secrets and options are never shown."),
        _ => writeln!(text, "{differ} fields differ. Values of variables, secrets and options are never shown."),
    };
    text
}
