//! Imports go down only.

use std::collections::BTreeSet;

use crate::modules::{Source, name};

/// Imports that do not go down, and modules and names that the table and the sources do not have in common.
///
/// The table goes from the top down. A name in it is a top module, `lib` for the root, or a module in a folder,
/// `world/routes`; what is in a folder and has no name of its own goes by that of the folder. What is in a line may use
/// what is in the lines below it, and nothing beside it; within one name, siblings may use each other.
#[must_use]
pub fn upward_imports(sources: &[Source], layers: &[&[&str]]) -> Vec<String> {
    let modules: BTreeSet<&[String]> = sources.iter().map(|source| source.module.as_slice()).collect();
    let mut found = unknown_names(&modules, layers);
    for source in sources.iter().filter(|source| !source.is_test) {
        let Some((from, own)) = place(&source.module, layers) else {
            let (file, name) = (&source.file, source.name());
            found.push(format!("{file}:1: `{name}` is missing from the table of layers; give it a line"));
            continue;
        };
        for import in &source.imports {
            let target = target(&import.path, &modules);
            let Some((to, other)) = place(target, layers) else { continue };
            if to > from || other == own {
                continue;
            }
            let stands = if to == from { "beside" } else { "above" };
            let (file, line, path) = (&source.file, import.line, import.path.join("::"));
            found.push(format!(
                "{file}:{line}: `{own}` imports `crate::{path}` of `{other}`, which stands {stands} it; imports go down only"
            ));
        }
    }
    found
}

/// Names in the table that no module has, or that stand there twice.
fn unknown_names(modules: &BTreeSet<&[String]>, layers: &[&[&str]]) -> Vec<String> {
    // A folder has a name even where it has no file of its own, as `bin`.
    let prefixes = modules.iter().flat_map(|module| (1..=module.len()).map(|length| name(&module[..length])));
    let known: BTreeSet<String> = prefixes.chain(modules.iter().map(|module| name(module))).collect();
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
    for name in layers.iter().copied().flatten() {
        if !known.contains(*name) {
            found.push(format!("the table of layers names `{name}`, and there is no such module; take it out"));
        }
        if !seen.insert(*name) {
            found.push(format!("the table of layers names `{name}` twice; leave one"));
        }
    }
    found
}

/// The line of the table and the name in it that a module goes by: the longest one that fits.
fn place<'a>(module: &[String], layers: &[&[&'a str]]) -> Option<(usize, &'a str)> {
    let lengths = if module.is_empty() { 0..=0 } else { 1..=module.len() };
    lengths.rev().find_map(|length| {
        let wanted = name(&module[..length]);
        let mut lines = layers.iter().enumerate();
        lines.find_map(|(line, names)| names.iter().find(|name| **name == wanted).map(|name| (line, *name)))
    })
}

/// The module that a path leads into: the longest beginning of it that is one.
pub fn target<'a>(path: &'a [String], modules: &BTreeSet<&[String]>) -> &'a [String] {
    let longest = (0..=path.len()).rev().find(|length| modules.contains(&path[..*length]));
    &path[..longest.unwrap_or(0)]
}

#[cfg(test)]
mod tests {
    use super::upward_imports;
    use crate::modules::sources;

    const FILES: [(&str, &str); 7] = [
        ("lib.rs", "mod a; mod b; mod c; mod d; pub use c::C;"),
        ("a.rs", "use crate::b::B;\nuse crate::c::C;"),
        ("b.rs", "use crate::c;\nuse crate::D;"),
        ("c/mod.rs", "mod x; mod y;\nuse x::X;\n#[cfg(test)] mod tests { use crate::a; }"),
        ("c/x.rs", "use crate::a::A;\nuse super::y::Y;"),
        ("c/y.rs", ""),
        ("f/z.rs", ""),
    ];

    fn violations(layers: &[&[&str]]) -> Vec<String> {
        let files = FILES.map(|(path, text)| (path.split('/').map(str::to_owned).collect(), text.to_owned()));
        let found = upward_imports(&sources(files.to_vec()), layers);
        found.into_iter().map(|text| text.split_once("; ").unwrap().0.to_owned()).collect()
    }

    #[test]
    fn what_goes_up_or_sideways_is_named_with_file_and_line() {
        let up = "src/c/x.rs:1: `c` imports `crate::a::A` of `a`, which stands above it";
        let root = "src/b.rs:2: `b` imports `crate::D` of `lib`, which stands above it";
        assert_eq!(violations(&[&["lib", "f"], &["a"], &["b"], &["c"]]), [root, up]);
        let beside = "src/a.rs:1: `a` imports `crate::b::B` of `b`, which stands beside it";
        assert_eq!(violations(&[&["lib", "f"], &["a", "b"], &["c"]]), [beside, root, up]);
    }

    #[test]
    fn a_folder_can_have_lines_of_its_own() {
        let layers: &[&[&str]] = &[&["lib", "f"], &["c/x"], &["a"], &["b"], &["c"], &["c/y"]];
        let root = "src/b.rs:2: `b` imports `crate::D` of `lib`, which stands above it";
        let inside = "src/c/mod.rs:2: `c` imports `crate::c::x::X` of `c/x`, which stands above it";
        assert_eq!(violations(layers), [root, inside]);
    }

    #[test]
    fn the_table_and_the_sources_name_the_same_modules() {
        let found = violations(&[&["lib"], &["a", "e"], &["c", "a"]]);
        assert!(found.contains(&"the table of layers names `e`, and there is no such module".to_owned()), "{found:?}");
        assert!(found.contains(&"the table of layers names `a` twice".to_owned()), "{found:?}");
        assert!(found.contains(&"src/b.rs:1: `b` is missing from the table of layers".to_owned()), "{found:?}");
    }
}
