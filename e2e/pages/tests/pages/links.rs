//! Where links lead to.

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

use sluice_pages::{anchors, root};

use crate::pages;

#[test]
fn every_link_leads_to_a_file_and_a_heading_that_there_are() {
    let pages = pages();
    let headings: BTreeMap<&str, Vec<String>> =
        pages.iter().map(|page| (page.path.as_str(), anchors(&page.prose()))).collect();
    let mut wrong = Vec::new();
    for page in &pages {
        for link in page.links() {
            let place = format!("{}:{}: {}#{}", page.path, link.line, link.file, link.anchor);
            let target = resolve(&page.path, &link.file);
            if !root().join(&target).exists() {
                wrong.push(format!("{place}: there is no {target}"));
            } else if !link.anchor.is_empty()
                && headings.get(target.as_str()).is_some_and(|names| !names.contains(&link.anchor))
            {
                wrong.push(format!("{place}: {target} has no such heading"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The path from the root that a link of a page has.
fn resolve(page: &str, file: &str) -> String {
    if file.is_empty() {
        return page.to_owned();
    }
    let mut path = PathBuf::new();
    for part in Path::new(page).parent().unwrap_or_else(|| Path::new("")).join(file).components() {
        match part {
            Component::ParentDir => drop(path.pop()),
            other => path.push(other),
        }
    }
    path.to_string_lossy().into_owned()
}
