//! A Rust source as words and signs, without comments.

/// A word, a sign or a text, and the line that it begins on, from 1 on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    pub line: usize,
    pub kind: Kind,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// An identifier, a keyword or a number.
    Word(String),
    /// `::`.
    PathSeparator,
    /// Any other sign.
    Sign(char),
    /// The inside of a text; a character and a lifetime have none.
    Text(String),
}

impl Token {
    /// The word, if it is one.
    pub fn word(&self) -> Option<&str> {
        match &self.kind {
            Kind::Word(word) => Some(word),
            _ => None,
        }
    }

    /// Whether it is that sign.
    pub fn is(&self, sign: char) -> bool {
        self.kind == Kind::Sign(sign)
    }
}

/// Takes a source apart.
pub fn tokens(source: &str) -> Vec<Token> {
    let mut reader = Reader { rest: source, line: 1 };
    let mut found = Vec::new();
    loop {
        reader.skip_blanks_and_comments();
        let line = reader.line;
        match reader.next() {
            Some(kind) => found.push(Token { line, kind }),
            None => return found,
        }
    }
}

struct Reader<'a> {
    rest: &'a str,
    line: usize,
}

impl Reader<'_> {
    /// Moves on by that many bytes, and counts lines.
    fn skip(&mut self, bytes: usize) -> String {
        let (passed, rest) = self.rest.split_at(bytes.min(self.rest.len()));
        self.line += passed.matches('\n').count();
        self.rest = rest;
        passed.to_owned()
    }

    fn skip_blanks_and_comments(&mut self) {
        loop {
            self.skip(self.rest.len() - self.rest.trim_start().len());
            if self.rest.starts_with("//") {
                self.skip(self.rest.find('\n').unwrap_or(self.rest.len()));
            } else if self.rest.starts_with("/*") {
                self.skip(end_of_comment(self.rest));
            } else {
                return;
            }
        }
    }

    fn next(&mut self) -> Option<Kind> {
        let first = self.rest.chars().next()?;
        if let Some((opening, closing)) = raw_quotes(self.rest) {
            self.skip(opening);
            let inside = self.skip(self.rest.find(&closing).unwrap_or(self.rest.len()));
            self.skip(closing.len());
            return Some(Kind::Text(inside));
        }
        if first == '"' || self.rest.starts_with("b\"") || self.rest.starts_with("c\"") {
            self.skip(self.rest.find('"').unwrap_or(0) + 1);
            let inside = self.skip(end_of_text(self.rest));
            self.skip(1);
            return Some(Kind::Text(inside));
        }
        if first == '\'' {
            self.skip(end_of_character(self.rest));
            return Some(Kind::Text(String::new()));
        }
        if first.is_alphanumeric() || first == '_' {
            // `r#type` is the word `type`.
            let raw = if self.rest.starts_with("r#") { 2 } else { 0 };
            self.skip(raw);
            let end = self.rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(self.rest.len());
            return Some(Kind::Word(self.skip(end)));
        }
        if self.rest.starts_with("::") {
            self.skip(2);
            return Some(Kind::PathSeparator);
        }
        self.skip(first.len_utf8());
        Some(Kind::Sign(first))
    }
}

/// The length of a block comment, which may hold others.
fn end_of_comment(rest: &str) -> usize {
    let (mut depth, mut at) = (0_usize, 0);
    while let Some(next) = rest.get(at..).filter(|rest| !rest.is_empty()) {
        if next.starts_with("/*") {
            (depth, at) = (depth + 1, at + 2);
        } else if next.starts_with("*/") {
            (depth, at) = (depth - 1, at + 2);
            if depth == 0 {
                return at;
            }
        } else {
            at += next.chars().next().map_or(1, char::len_utf8);
        }
    }
    rest.len()
}

/// The length of the opening quotes of a raw text, and its closing ones.
fn raw_quotes(rest: &str) -> Option<(usize, String)> {
    let prefix = ["r", "br", "cr"]
        .into_iter()
        .find(|prefix| rest.strip_prefix(prefix).is_some_and(|rest| rest.trim_start_matches('#').starts_with('"')))?;
    let hashes = rest.bytes().skip(prefix.len()).take_while(|byte| *byte == b'#').count();
    Some((prefix.len() + hashes + 1, format!("\"{}", "#".repeat(hashes))))
}

/// Where a text ends that is not raw.
fn end_of_text(rest: &str) -> usize {
    let mut escaped = false;
    let end = rest.find(|c| {
        let ends = c == '"' && !escaped;
        escaped = c == '\\' && !escaped;
        ends
    });
    end.unwrap_or(rest.len())
}

/// The length of a character such as `'a'` or `'\n'`; of a lifetime, that of its mark.
fn end_of_character(rest: &str) -> usize {
    let mut letters = rest.char_indices().skip(1);
    match letters.next() {
        Some((_, '\\')) => {
            let closing = rest.char_indices().skip(3).find(|(_, letter)| *letter == '\'');
            closing.map_or(rest.len(), |(at, _)| at + 1)
        }
        _ => letters.next().filter(|(_, letter)| *letter == '\'').map_or(1, |(at, _)| at + 1),
    }
}

#[cfg(test)]
mod tests {
    use super::{Kind, tokens};

    fn words(source: &str) -> Vec<String> {
        tokens(source).iter().filter_map(|token| token.word().map(str::to_owned)).collect()
    }

    #[test]
    fn comments_texts_and_characters_hold_no_words() {
        let table = [
            ("a // crate::b\nc", vec!["a", "c"]),
            ("a /* b /* c */ d */ e", vec!["a", "e"]),
            (r#"a "b \" c" d"#, vec!["a", "d"]),
            ("a r#\"b \" c\"# d", vec!["a", "d"]),
            (r"a 'b' '\'' '\u{1F600}' c", vec!["a", "c"]),
            ("&'static a", vec!["static", "a"]),
            ("r#type b\"c\" d", vec!["type", "d"]),
        ];
        for (source, expected) in table {
            assert_eq!(words(source), expected, "{source}");
        }
    }

    #[test]
    fn lines_are_counted_through_comments_and_texts() {
        let found = tokens("/* 1\n 2 */ a \"3\n\" b::c");
        let lines: Vec<usize> = found.iter().map(|token| token.line).collect();
        assert_eq!(lines, [2, 2, 3, 3, 3]);
        assert_eq!(found[3].kind, Kind::PathSeparator);
    }
}
