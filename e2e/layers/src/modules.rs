//! The files of a crate as modules.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::imports::{Import, declarations, imports};
use crate::retired::{Retired, retired};
use crate::tokens::tokens;

/// A file and what it imports.
#[derive(Clone, Debug)]
pub struct Source {
    /// The path from the crate's folder on, `src/world/mod.rs` for example.
    pub file: String,
    /// The module's path from the crate's root on; empty for the root itself.
    pub module: Vec<String>,
    /// How many lines it has.
    pub lines: usize,
    /// What it imports from its own crate, without what stands under `#[cfg(test)]`; none if it is a test itself.
    pub imports: Vec<Import>,
    /// Whether its `mod` line stands under `#[cfg(test)]`, or that of a module around it.
    pub is_test: bool,
    /// Words that were given up, where it uses them.
    pub retired: Vec<Retired>,
}

impl Source {
    /// The module as it is spoken of: `world/routes`, and `lib` for the root.
    #[must_use]
    pub fn name(&self) -> String {
        name(&self.module)
    }
}

/// A module's path in one word; see [`Source::name`].
pub fn name(module: &[String]) -> String {
    if module.is_empty() { "lib".to_owned() } else { module.join("/") }
}

/// Reads every source below a folder, in the order of their paths: a crate's `src`, or that of a program in it, which is
/// a crate of its own.
pub fn read(src: &Path) -> std::io::Result<Vec<Source>> {
    let mut files = Vec::new();
    find(src, &mut files)?;
    files.sort();
    let mut read = Vec::new();
    for file in files {
        let text = std::fs::read_to_string(&file)?;
        let inside: Vec<String> = file.strip_prefix(src).unwrap_or(&file).iter().map(words).collect();
        read.push((inside, text));
    }
    let mut sources = sources(read);
    let shown = shown_folder(src);
    for source in &mut sources {
        source.file = source.file.replacen("src", &shown, 1);
    }
    Ok(sources)
}

/// The folder from the crate's folder on: `src/bin/demo` of any path that ends so.
fn shown_folder(src: &Path) -> String {
    let parts: Vec<String> = src.iter().map(words).collect();
    let from = parts.iter().rposition(|part| part == "src").unwrap_or_default();
    parts[from..].join("/")
}

fn words(part: &std::ffi::OsStr) -> String {
    part.to_string_lossy().into_owned()
}

fn find(folder: &Path, files: &mut Vec<PathBuf>) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            find(&path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    Ok(())
}

/// Files above that many lines.
#[must_use]
pub fn longer_than(sources: &[Source], most: usize) -> Vec<String> {
    let long = sources.iter().filter(|source| source.lines > most);
    long.map(|source| {
        format!(
            "{}:{most}: the file has {} lines, {most} at most; divide it where it holds two ideas",
            source.file, source.lines
        )
    })
    .collect()
}

/// Words that were given up, where they are used again.
#[must_use]
pub fn retired_words(sources: &[Source]) -> Vec<String> {
    let used = sources.iter().flat_map(|source| source.retired.iter().map(move |one| (&source.file, one)));
    used.map(|(file, one)| {
        let Retired { line, word, instead } = one;
        format!("{file}:{line}: `{word}` was given up (docs/style.md, Words); say {instead}")
    })
    .collect()
}

/// Sources from their paths below `src`, part by part, and their texts.
pub fn sources(files: Vec<(Vec<String>, String)>) -> Vec<Source> {
    let has_library = files.iter().any(|(path, _)| *path == ["lib.rs"]);
    let mut found = Vec::new();
    let mut tests: BTreeSet<Vec<String>> = BTreeSet::new();
    for (path, text) in files {
        let module = module(&path, has_library);
        let tokens = tokens(&text);
        let declared = declarations(&tokens);
        for child in declared.iter().filter(|child| child.is_test) {
            tests.insert(child_path(&path, &module, child.file.as_deref(), &child.name));
        }
        let children: Vec<String> = declared.into_iter().map(|child| child.name).collect();
        // A program beside the library has a root of its own and takes the library by its name.
        let is_program = has_library && (module == ["main"] || module.first().is_some_and(|first| first == "bin"));
        let imports = if is_program { Vec::new() } else { imports(&tokens, &module, &children) };
        let lines = text.lines().count();
        let (file, retired) = (format!("src/{}", path.join("/")), retired(&tokens));
        found.push(Source { file, module, lines, imports, is_test: false, retired });
    }
    for source in &mut found {
        source.is_test = (1..=source.module.len()).any(|length| tests.contains(&source.module[..length]));
        if source.is_test {
            source.imports.clear();
        }
    }
    found
}

/// The module that a file is.
fn module(path: &[String], has_library: bool) -> Vec<String> {
    let mut module: Vec<String> = path.to_vec();
    let file = module.pop().unwrap_or_default();
    let stem = file.strip_suffix(".rs").unwrap_or(&file);
    let is_root = module.is_empty() && (stem == "lib" || (stem == "main" && !has_library));
    if stem != "mod" && !is_root {
        module.push(stem.to_owned());
    }
    module
}

/// The module that a declared child is read as: by its own name, or by that of the file that `#[path]` names.
fn child_path(parent_file: &[String], parent: &[String], file: Option<&str>, name: &str) -> Vec<String> {
    match file {
        Some(file) => {
            let folder = parent_file.split_last().map_or(&[][..], |(_, folder)| folder);
            let file = file.split('/').map(str::to_owned);
            module(&folder.iter().cloned().chain(file).collect::<Vec<_>>(), true)
        }
        None => parent.iter().cloned().chain([name.to_owned()]).collect(),
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{longer_than, retired_words, shown_folder, sources};

    fn file(path: &str, text: &str) -> (Vec<String>, String) {
        (path.split('/').map(str::to_owned).collect(), text.to_owned())
    }

    #[test]
    fn a_file_is_the_module_that_its_path_says() {
        let found = sources(vec![
            file("lib.rs", ""),
            file("main.rs", "use crate::nothing;"),
            file("a.rs", ""),
            file("b/mod.rs", ""),
            file("b/c.rs", ""),
        ]);
        let names: Vec<String> = found.iter().map(super::Source::name).collect();
        assert_eq!(names, ["lib", "main", "a", "b", "b/c"]);
        assert!(found[1].imports.is_empty(), "a program's own root is not the library");
    }

    #[test]
    fn a_folder_is_shown_from_the_crate_on() {
        for (folder, shown) in [("/work/src/tool/src", "src"), ("tool/src/bin/demo", "src/bin/demo")] {
            assert_eq!(shown_folder(Path::new(folder)), shown);
        }
    }

    #[test]
    fn a_file_that_is_declared_for_tests_imports_nothing() {
        let found = sources(vec![
            file("lib.rs", "#[cfg(test)]\nmod testing;\nmod b;"),
            file("testing.rs", "use crate::b;"),
            file("b.rs", "#[cfg(test)]\n#[path = \"b_tests.rs\"]\nmod tests;"),
            file("b_tests.rs", "use super::b;"),
        ]);
        let tests: Vec<&str> = found.iter().filter(|one| one.is_test).map(|one| one.file.as_str()).collect();
        assert_eq!(tests, ["src/testing.rs", "src/b_tests.rs"]);
        assert!(found.iter().all(|one| one.imports.is_empty()));
    }

    #[test]
    fn a_word_that_was_given_up_is_named_with_what_to_say() {
        let found = sources(vec![file("a.rs", "// a lane\nstruct Lane;")]);
        let expected = "src/a.rs:2: `Lane` was given up (docs/style.md, Words); say Priority";
        assert_eq!(retired_words(&found), [expected]);
    }

    #[test]
    fn a_long_file_is_named_with_its_length() {
        let found = sources(vec![file("lib.rs", "1\n2\n3\n")]);
        assert_eq!(longer_than(&found, 3), Vec::<String>::new());
        let expected = "src/lib.rs:2: the file has 3 lines, 2 at most; divide it where it holds two ideas";
        assert_eq!(longer_than(&found, 2), [expected]);
    }
}
