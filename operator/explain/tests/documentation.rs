//! `docs/errors/` is what the rules make of it. `UPDATE_DOCS=1 cargo test -p sluice-explain` writes it anew.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use sluice_explain::pages::pages;

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
