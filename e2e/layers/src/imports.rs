//! What a source takes from other modules of its crate.

use std::collections::BTreeMap;

use crate::tokens::{Kind, Token};

/// A name that a file takes from its own crate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Import {
    /// The line, from 1 on.
    pub line: usize,
    /// The path from the crate's root on: modules, and after them a name that the last of them has.
    pub path: Vec<String>,
}

/// A `mod` line for another file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Declaration {
    /// The module's name.
    pub name: String,
    /// Whether it stands under `#[cfg(test)]`.
    pub is_test: bool,
    /// The file that `#[path]` names.
    pub file: Option<String>,
}

/// The modules that a source declares and that have files of their own.
pub fn declarations(tokens: &[Token]) -> Vec<Declaration> {
    let mut found = Vec::new();
    for (at, pair) in tokens.windows(3).enumerate() {
        let (Some("mod"), Some(name), true) = (pair[0].word(), pair[1].word(), pair[2].is(';')) else { continue };
        let before = tokens.get(..at).unwrap_or_default();
        let attributes = attributes_before(before);
        let file = attributes.windows(3).find(|three| three[0].word() == Some("path") && three[1].is('='));
        let file = file.and_then(|three| match &three[2].kind {
            Kind::Text(file) => Some(file.clone()),
            _ => None,
        });
        let is_test = (0..attributes.len()).any(|from| is_test_attribute(&attributes[from..]));
        found.push(Declaration { name: name.to_owned(), is_test, file });
    }
    found
}

/// What stands between the end of the item before and here: attributes and a visibility.
fn attributes_before(before: &[Token]) -> &[Token] {
    let ends = before.iter().rposition(|token| token.is(';') || token.is('}'));
    before.get(ends.map_or(0, |at| at + 1)..).unwrap_or_default()
}

/// Whether `#[cfg(test)]` or `#[cfg(all(test, ..))]` begins here.
fn is_test_attribute(tokens: &[Token]) -> bool {
    let words: Vec<&str> = tokens.iter().skip(2).step_by(2).take(3).filter_map(Token::word).collect();
    let opens = tokens.first().is_some_and(|token| token.is('#')) && tokens.get(1).is_some_and(|token| token.is('['));
    opens && matches!(words.as_slice(), ["cfg", "test", ..] | ["cfg", "all", "test"])
}

/// What a module imports. `children` are the modules that it declares.
pub fn imports(tokens: &[Token], module: &[String], children: &[String]) -> Vec<Import> {
    let mut scan = Scan { module, known: BTreeMap::new(), found: Vec::new() };
    for child in children {
        let path = module.iter().cloned().chain([child.clone()]).collect();
        scan.known.insert(child.clone(), path);
    }
    scan.run(tokens);
    scan.found
}

struct Scan<'a> {
    module: &'a [String],
    /// Names that stand for a path: children, and what a `use` brought in.
    known: BTreeMap<String, Vec<String>>,
    found: Vec<Import>,
}

impl Scan<'_> {
    fn run(&mut self, tokens: &[Token]) {
        let mut at = 0;
        // The inner modules that are open, by the depth of braces inside of them.
        let (mut depth, mut inner) = (0_usize, Vec::new());
        while let Some(token) = tokens.get(at) {
            let rest = tokens.get(at..).unwrap_or_default();
            let before = at.checked_sub(1).and_then(|before| tokens.get(before));
            at += match &token.kind {
                Kind::Sign('#') if is_test_attribute(rest) => length_of_item(rest),
                Kind::Sign('{') => {
                    depth += 1;
                    let opens_module = at >= 2 && tokens[at - 2].word() == Some("mod");
                    if opens_module {
                        inner.push(depth);
                    }
                    1
                }
                Kind::Sign('}') => {
                    inner.pop_if(|opened| *opened == depth);
                    depth = depth.saturating_sub(1);
                    1
                }
                Kind::Word(word) if word == "use" => {
                    let end = rest.iter().position(|token| token.is(';')).unwrap_or(rest.len());
                    self.tree(rest.get(1..end).unwrap_or_default(), Vec::new(), inner.len());
                    end
                }
                Kind::Word(word) if begins_path(word, rest, before) => self.path(rest, inner.len()),
                _ => 1,
            };
        }
    }

    /// A path in the code; says how many tokens it has.
    fn path(&mut self, tokens: &[Token], inner: usize) -> usize {
        let (words, length) = segments(tokens);
        if let Some(path) = self.resolved(&words, inner, false) {
            self.found.push(Import { line: tokens[0].line, path });
        }
        length
    }

    /// The tree of a `use`, below a path that was read already.
    fn tree(&mut self, tokens: &[Token], mut path: Vec<String>, inner: usize) {
        let Some(first) = tokens.first() else { return };
        if first.is('{') {
            for part in parts(tokens) {
                self.tree(part, path.clone(), inner);
            }
            return;
        }
        let (words, length) = segments(tokens);
        path.extend(words);
        let rest = tokens.get(length..).unwrap_or_default();
        match rest.first() {
            Some(next) if next.kind == Kind::PathSeparator => self.tree(&rest[1..], path, inner),
            Some(next) if next.word() == Some("as") => {
                let alias = rest.get(1).and_then(Token::word).unwrap_or("_").to_owned();
                self.bring_in(path, Some(alias), first.line, inner);
            }
            _ => self.bring_in(path, None, first.line, inner),
        }
    }

    fn bring_in(&mut self, mut path: Vec<String>, alias: Option<String>, line: usize, inner: usize) {
        if path.len() > 1 {
            path.pop_if(|last| last == "self");
        }
        let Some(path) = self.resolved(&path, inner, true) else { return };
        let name = alias.or_else(|| path.last().cloned());
        // A type is not followed: what is taken through it was named when it was brought in.
        if let Some(name) = name.filter(|name| name.starts_with(|first: char| first.is_lowercase())) {
            self.known.insert(name, path.clone());
        }
        self.found.push(Import { line, path });
    }

    /// The path from the crate's root on, if it leads into the crate.
    fn resolved(&self, words: &[String], inner: usize, is_use: bool) -> Option<Vec<String>> {
        let (first, rest) = words.split_first()?;
        let mut path = match first.as_str() {
            "crate" => Vec::new(),
            "self" => self.module.to_vec(),
            "super" => {
                let ups = words.iter().take_while(|word| *word == "super").count();
                // Inside of an inner module, the first `super` is this file.
                let kept = self.module.len().checked_sub(ups.saturating_sub(inner))?;
                let names = words.get(ups..)?;
                return Some(self.module.iter().take(kept).chain(names).cloned().collect());
            }
            name => self.known.get(name).filter(|_| is_use || !rest.is_empty())?.clone(),
        };
        path.extend(rest.iter().cloned());
        Some(path)
    }
}

/// Whether a path into the crate may begin with that word.
fn begins_path(word: &str, from: &[Token], before: Option<&Token>) -> bool {
    let goes_on = from.get(1).is_some_and(|next| next.kind == Kind::PathSeparator);
    let stands_alone = before.is_none_or(|before| before.kind != Kind::PathSeparator && !before.is('.'));
    // `pub(in crate::world)` says who may see, and imports nothing.
    let is_visibility = before.is_some_and(|before| before.word() == Some("in")) && matches!(word, "crate" | "super");
    goes_on && stands_alone && !is_visibility
}

/// The words of a path, and how many tokens they take; `a::{` ends before its last `::`.
fn segments(tokens: &[Token]) -> (Vec<String>, usize) {
    let mut words = Vec::new();
    let mut at = 0;
    if tokens.first().is_some_and(|token| token.kind == Kind::PathSeparator) {
        // `::name` is another crate.
        words.push(String::new());
        at = 1;
    }
    while let Some(word) = tokens.get(at).and_then(Token::word) {
        words.push(word.to_owned());
        at += 1;
        let goes_on = tokens.get(at).is_some_and(|token| token.kind == Kind::PathSeparator)
            && tokens.get(at + 1).is_some_and(|token| token.word().is_some());
        if !goes_on {
            break;
        }
        at += 1;
    }
    (words, at.max(1))
}

/// The parts of `{a, b::{c, d}}`.
fn parts(tokens: &[Token]) -> Vec<&[Token]> {
    let (mut depth, mut from, mut found) = (0_usize, 1, Vec::new());
    for (at, token) in tokens.iter().enumerate() {
        if token.is('{') {
            depth += 1;
        }
        if depth == 1 && (token.is(',') || token.is('}')) {
            found.push(tokens.get(from..at).unwrap_or_default());
            from = at + 1;
        }
        if token.is('}') {
            depth = depth.saturating_sub(1);
        }
    }
    found
}

/// How many tokens an item has, its attributes among them: to its body's end, or to its semicolon.
fn length_of_item(tokens: &[Token]) -> usize {
    let mut depth = 0_usize;
    let is_statement = |token: &Token| matches!(token.word(), Some("use" | "const" | "static" | "type" | "let"));
    let mut ends_with_semicolon = false;
    for (at, token) in tokens.iter().enumerate() {
        if depth == 0 && is_statement(token) && tokens.get(at + 1).and_then(Token::word) != Some("fn") {
            ends_with_semicolon = true;
        }
        match token.kind {
            Kind::Sign('(' | '[' | '{') => depth += 1,
            Kind::Sign(')' | ']' | '}') => depth = depth.saturating_sub(1),
            _ => {}
        }
        let ends = token.is(';') || (token.is('}') && !ends_with_semicolon);
        if depth == 0 && ends {
            return at + 1;
        }
    }
    tokens.len()
}

#[cfg(test)]
mod tests {
    use super::{declarations, imports};
    use crate::tokens::tokens;

    fn found(module: &str, source: &str) -> Vec<String> {
        let module: Vec<String> = module.split('/').filter(|part| !part.is_empty()).map(str::to_owned).collect();
        let tokens = tokens(source);
        let children: Vec<String> = declarations(&tokens).into_iter().map(|child| child.name).collect();
        let found = imports(&tokens, &module, &children);
        found.into_iter().map(|import| format!("{} {}", import.line, import.path.join("::"))).collect()
    }

    #[test]
    fn every_spelling_of_an_import_is_seen() {
        let table = [
            ("a/b", "use crate::c::{d, e::{self, F}, G as H};", vec!["1 c::d", "1 c::e", "1 c::e::F", "1 c::G"]),
            ("a/b", "use super::{c, super::d};\nuse super::super::e;", vec!["1 a::c", "1 d", "2 e"]),
            ("a/b", "fn f() { crate::c::d(super::e::F); }", vec!["1 c::d", "1 a::e::F"]),
            ("a", "mod b;\nuse b::C;\nfn f() { b::d(); self::b::e(); }", vec!["2 a::b::C", "3 a::b::d", "3 a::b::e"]),
            ("a", "use crate::b::c;\nfn f() { c::d() }", vec!["1 b::c", "2 b::c::d"]),
            ("a", "use crate::b as c;\nfn f() -> c::D {}", vec!["1 b", "2 b::D"]),
            ("a", "use crate::{b, c::*};", vec!["1 b", "1 c"]),
            ("a/b", "mod inner { use super::c; use super::super::d; }", vec!["1 a::b::c", "1 a::d"]),
            ("", "pub use b::C;\nmod b;", vec!["1 b::C"]),
        ];
        for (module, source, expected) in table {
            assert_eq!(found(module, source), expected, "{source}");
        }
    }

    #[test]
    fn what_is_no_import_is_not_taken_for_one() {
        let table = [
            "use std::fmt;\nuse serde::de;",
            "// use crate::b;\n/* crate::c */",
            "const A: &str = \"crate::b\";",
            "pub(crate) fn f() {}\npub(in crate::b) fn g() {}\npub(super) struct D;",
            "#[cfg(test)]\nmod tests { use super::b; use crate::c; }",
            "#[cfg(test)]\nuse crate::{b, c};",
            "#[cfg(test)]\n#[allow(dead_code)]\nfn f(a: [u8; 2]) -> crate::B { crate::c::d() }",
            "#[cfg(all(test, unix))]\nimpl A { fn f() { crate::b::c() } }",
            "fn f() { ::b::c(); a.b::<u8>(); Self::c(); }",
        ];
        for source in table {
            assert_eq!(found("a", source), Vec::<String>::new(), "{source}");
        }
        assert_eq!(found("a", "#[cfg(test)]\nconst A: B = B {};\nuse crate::c;"), ["3 c"]);
    }
}
