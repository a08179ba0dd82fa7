//! `docs/errors/` is what the rules make of it. `UPDATE_DOCS=1 cargo test -p sluice-explain` writes it anew.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use sluice_explain::pages::pages;
use sluice_explain::reasons::{all, reason_for_people};

#[test]
fn the_pages_of_the_codes_are_fresh() {
    let folder = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/errors"));
    let update = std::env::var_os("UPDATE_DOCS").is_some();
    if update {
        fs::create_dir_all(&folder).unwrap();
    }
    for (name, page) in pages() {
        let path = folder.join(&name);
        if update {
            fs::write(&path, &page).unwrap();
        }
        let found = fs::read_to_string(&path).unwrap_or_default();
        assert!(found == page, "docs/errors/{name} is stale: run UPDATE_DOCS=1 cargo test -p sluice-explain");
    }
    let made: BTreeSet<String> = pages().into_iter().map(|(name, _)| name).collect();
    let found: BTreeSet<String> =
        fs::read_dir(&folder).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
    assert_eq!(found, made, "docs/errors has a page that no code has");
}

/// A cell of a table without the marks of Markdown.
fn plain(cell: &str) -> String {
    let mut text = cell.replace('`', "").replace(" ([below](", " ([](");
    while let Some((before, rest)) = text.split_once('[') {
        let Some((words, rest)) = rest.split_once("](") else { break };
        let Some((_, after)) = rest.split_once(')') else { break };
        text = format!("{before}{words}{after}");
    }
    text.replace(" ()", "").trim().to_owned()
}

#[test]
fn each_reason_that_the_documentation_has_is_explained_in_the_same_words() {
    let text = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/operations.md")).unwrap();
    let (_, section) = text.split_once("## Reasons and remedies").unwrap();
    let (section, _) = section.split_once("### Who serves").unwrap();
    let rows = section.lines().filter(|line| line.starts_with("| `"));
    let mut seen = 0;
    for line in rows {
        let cells: Vec<&str> = line.trim_matches('|').split(" | ").collect();
        let reasons = cells[0].split('`').skip(1).step_by(2);
        let remedy = cells.get(2).map(|cell| plain(cell)).unwrap_or_default();
        for reason in reasons {
            let is_there =
                all().any(|row| row.reason == reason && row.meaning == plain(cells[1]) && row.remedy == remedy);
            assert!(is_there, "src/reasons/ has other words for {reason}: {} | {remedy}", plain(cells[1]));
            seen += 1;
        }
    }
    assert!(seen > 50, "only {seen} reasons were found in docs/operations.md");
    let told = reason_for_people("targetgroupinuse").unwrap();
    assert!(told.starts_with("TargetGroupInUse\n") && told.contains("what to do: Where it has no traffic"), "{told}");
    assert!(reason_for_people("requestrefused").unwrap().contains("(on a Deployment or group)"));
    assert!(reason_for_people("NoSuchReason").is_none());
}
