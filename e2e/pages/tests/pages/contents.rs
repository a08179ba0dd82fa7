//! The table of contents.

use std::fmt::Write as _;

use sluice_pages::{Page, fresh, root};

use crate::pages;

const CONTENTS: &str = "docs/SUMMARY.md";

/// What follows is made from the titles of the pages.
const GENERATED: &str =
    "<!-- Below: from the titles of docs/errors and docs/adr. UPDATE_DOCS=1 cargo test -p sluice-pages -->";

#[test]
fn every_page_of_the_documentation_is_in_the_table_of_contents_once() {
    let pages = pages();
    let contents = pages.iter().find(|page| page.path == CONTENTS).unwrap();
    let (by_hand, _) = contents.text.split_once(GENERATED).unwrap();
    let made = format!("{by_hand}{GENERATED}\n\n{}", records(&pages));
    fresh(CONTENTS, &made).unwrap();

    let made = Page { path: CONTENTS.to_owned(), text: made };
    let listed: Vec<String> = made.links().into_iter().map(|link| format!("docs/{}", link.file)).collect();
    let below = pages.iter().filter(|page| page.path.starts_with("docs/") && page.path != CONTENTS);
    for page in below {
        let times = listed.iter().filter(|one| **one == page.path).count();
        assert_eq!(times, 1, "{CONTENTS} has {} {times} times: list it once, where a reader looks for it", page.path);
    }
    assert!(root().join("docs/book.toml").exists(), "mdBook needs docs/book.toml");
}

fn records(pages: &[Page]) -> String {
    let mut list = String::new();
    for (title, folder) in [("Codes of failures", "errors"), ("Decisions", "adr")] {
        // Writing to a String does not fail.
        let _ = writeln!(list, "- [{title}]({folder}/README.md)");
        let beginning = format!("docs/{folder}/");
        for page in pages.iter().filter(|page| page.path.starts_with(&beginning) && !page.path.ends_with("README.md")) {
            let heading = page.text.lines().find_map(|line| line.strip_prefix("# ")).unwrap_or_default();
            let _ = writeln!(list, "  - [{}]({})", heading.trim(), page.path.trim_start_matches("docs/"));
        }
    }
    list
}
