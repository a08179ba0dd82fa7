//! All checks of a crate at once.

use std::path::Path;

use crate::circles::circles;
use crate::layers::upward_imports;
use crate::modules::{longer_than, read, retired_words};
use crate::parents::children_that_import_their_parent;

/// What the sources in a folder violate: imports go down only as the table says, no files import each other, no child
/// imports its parent, no file has more than `longest` lines, and no word is used that was given up.
///
/// `src` is the folder of a library's sources, or that of a program beside it:
/// `concat!(env!("CARGO_MANIFEST_DIR"), "/src")`, or `"/src/bin/NAME"`. A folder that cannot be read is a violation too.
#[must_use]
pub fn check(src: &str, layers: &[&[&str]], longest: usize) -> Vec<String> {
    let sources = match read(Path::new(src)) {
        Ok(sources) => sources,
        Err(error) => {
            return vec![format!("failed to read the sources in {src}: {error}; name the folder that has them")];
        }
    };
    [
        upward_imports(&sources, layers),
        circles(&sources),
        children_that_import_their_parent(&sources),
        longer_than(&sources, longest),
        retired_words(&sources),
    ]
    .concat()
}

#[cfg(test)]
mod tests {
    use super::check;

    #[test]
    fn sources_that_cannot_be_read_do_not_pass() {
        let found = check("no-such-folder/src", &[&["lib"]], 300);
        assert_eq!(found.len(), 1);
        assert!(found[0].starts_with("failed to read the sources in no-such-folder/src: "), "{found:?}");
    }

    #[test]
    fn every_check_is_made() {
        let src = concat!(env!("CARGO_MANIFEST_DIR"), "/src");
        let found = check(src, &[&["lib", "circles"], &["tokens"]], 200);
        let expected = [
            "`modules` is missing from the table of layers",
            "`lib` imports `crate::circles::circles`",
            "the file has",
        ];
        for expected in expected {
            assert!(found.iter().any(|line| line.contains(expected)), "{expected}: {found:?}");
        }
    }
}
