//! A folder's `mod.rs` uses its children, and no child uses it.

use std::collections::BTreeSet;

use crate::layers::target;
use crate::modules::{Source, name};

/// Files in a folder that take a name from the folder's own file, or from that of a folder around it.
///
/// What siblings share belongs into a file of its own, and what the folder re-exports is taken from where it is defined.
#[must_use]
pub fn children_that_import_their_parent(sources: &[Source]) -> Vec<String> {
    let modules: BTreeSet<&[String]> = sources.iter().map(|source| source.module.as_slice()).collect();
    let mut found = Vec::new();
    for source in sources {
        for import in &source.imports {
            let target = target(&import.path, &modules);
            let is_parent =
                !target.is_empty() && target.len() < source.module.len() && source.module.starts_with(target);
            if is_parent {
                let (file, line, path) = (&source.file, import.line, import.path.join("::"));
                let parent = name(target);
                found.push(format!(
                    "{file}:{line}: `crate::{path}` is taken from `{parent}`, the folder's own file; take it from the file that defines it"
                ));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::children_that_import_their_parent;
    use crate::modules::sources;

    #[test]
    fn a_child_that_reaches_into_its_mod_rs_is_named_and_one_that_reaches_for_a_sibling_is_not() {
        let files = [
            ("lib.rs", "mod a;"),
            ("a/mod.rs", "mod b; mod c; mod d; pub use b::B;"),
            ("a/b.rs", "use super::c::C;\nuse crate::a::c::D;"),
            ("a/c.rs", "use super::B;"),
            ("a/d/mod.rs", "mod e;"),
            ("a/d/e.rs", "\nuse super::super::{B, c::C};"),
        ];
        let files = files.map(|(path, text)| (path.split('/').map(str::to_owned).collect(), text.to_owned()));
        let found = children_that_import_their_parent(&sources(files.to_vec()));
        let found: Vec<&str> = found.iter().map(|text| text.split_once(", ").unwrap().0).collect();
        let expected =
            ["src/a/c.rs:1: `crate::a::B` is taken from `a`", "src/a/d/e.rs:2: `crate::a::B` is taken from `a`"];
        assert_eq!(found, expected);
    }
}
