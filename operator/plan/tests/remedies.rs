//! No remedy takes weight or tasks from what serves: the texts of the program, and all that the golden files show.

use std::fs;
use std::path::{Path, PathBuf};

/// What no text asks for, in lower case.
const FORBIDDEN: [&str; 12] = [
    "weight to 0",
    "weights to 0",
    "to weight 0",
    "to zero",
    "weight away from",
    "deregister",
    "delete that task set",
    "delete the task set",
    "delete those",
    "delete them",
    "move its traffic",
    "remove the target",
];

fn files(folder: &Path, extension: &str, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, extension, found);
        } else if path.extension().is_some_and(|known| known == extension) {
            found.push(path);
        }
    }
}

/// The lines of a source file without its comments.
fn without_comments(source: &str) -> String {
    source.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

/// Whether the words are in a text: those that end in 0, and not those that go on to 0.1.
fn asks_for(text: &str, words: &str) -> bool {
    let is_a_fraction = |rest: &str| rest.starts_with('.') && rest[1..].starts_with(|next: char| next.is_ascii_digit());
    text.match_indices(words).any(|(at, found)| !is_a_fraction(&text[at + found.len()..]))
}

#[test]
fn no_remedy_takes_weight_or_tasks_from_what_serves() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut sources = Vec::new();
    for folder in ["src", "../src", "../api/src", "../aws/src/error"] {
        files(&root.join(folder), "rs", &mut sources);
    }
    let mut goldens = Vec::new();
    files(&root.join("tests/snapshots"), "snap", &mut goldens);
    assert!(sources.len() > 100 && goldens.len() > 20, "the texts were not found");
    let read = |path: &PathBuf| fs::read_to_string(path).unwrap();
    let texts = sources
        .iter()
        .map(|path| (path, without_comments(&read(path))))
        .chain(goldens.iter().map(|path| (path, read(path))));
    for (path, text) in texts {
        let text = text.to_lowercase();
        for forbidden in FORBIDDEN {
            assert!(!asks_for(&text, forbidden), "{}: {forbidden:?} in a text", path.display());
        }
    }
}
