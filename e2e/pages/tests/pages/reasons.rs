//! The reference of reasons, made from the list in the code.

use std::fmt::Write as _;
use std::fs;

use sluice_pages::{fresh, root};

const PAGE: &str = "docs/reference/reasons.md";
const SOURCE: &str = "operator/api/src/condition.rs";

const HEADER: &str = "# Reasons

<!-- Made from operator/api/src/condition.rs: UPDATE_DOCS=1 cargo test -p sluice-pages -->

Every reason that a condition, a `status.reason` or an Event can have. What to do about those that someone must mend is
told in [Reasons and remedies](../operations.md#reasons-and-remedies); the codes of failures are in
[docs/errors](../errors/README.md).
";

/// A part of the list, by the comment above it, and its reasons with what they mean.
fn parts() -> Vec<(String, Vec<(String, String)>)> {
    let source = fs::read_to_string(root().join(SOURCE)).unwrap();
    let (_, list) = source.split_once("pub enum Reason {").unwrap();
    let (list, _) = list.split_once("\n}").unwrap();
    let mut parts: Vec<(String, Vec<(String, String)>)> = Vec::new();
    let mut meaning = String::new();
    for line in list.lines().map(str::trim) {
        if let Some(words) = line.strip_prefix("///") {
            meaning.push_str(words);
        } else if let Some(title) = line.strip_prefix("// ") {
            parts.push((title.trim_end_matches('.').to_owned(), Vec::new()));
        } else if let Some(name) = line.strip_suffix(',') {
            parts.last_mut().unwrap().1.push((name.to_owned(), std::mem::take(&mut meaning).trim().to_owned()));
        }
    }
    parts
}

#[test]
fn the_reference_of_reasons_is_fresh() {
    let mut page = HEADER.to_owned();
    for (title, reasons) in parts() {
        // Writing to a String does not fail.
        let _ = write!(page, "\n## {title}\n\n| reason | what it means |\n|---|---|\n");
        for (name, meaning) in reasons {
            let _ = writeln!(page, "| `{name}` | {meaning} |");
        }
    }
    fresh(PAGE, &page).unwrap();
}

#[test]
fn every_reason_has_its_line_where_reasons_and_remedies_are_told() {
    let told = fs::read_to_string(root().join("docs/operations.md")).unwrap();
    for (name, _) in parts().into_iter().flat_map(|(_, reasons)| reasons) {
        assert!(told.contains(&format!("`{name}`")), "docs/operations.md says nothing of the reason {name}");
    }
}
