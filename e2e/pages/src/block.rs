//! Fenced blocks.

/// A fenced block of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// Line of the page in which its text begins, from 1.
    pub line: usize,
    /// The first word after the fence, such as `sh`; empty without one.
    pub language: String,
    /// The second word, such as `run`; empty without one.
    pub marker: String,
    /// What is in it, without the indentation of the fence.
    pub text: String,
}

/// The blocks of a page, and its lines that are in none, each with its number.
pub(crate) fn split(page: &str) -> (Vec<Block>, Vec<(usize, &str)>) {
    let (mut blocks, mut outside) = (Vec::new(), Vec::new());
    let mut open: Option<(usize, Block)> = None;
    for (number, line) in (1..).zip(page.lines()) {
        let indented = line.len() - line.trim_start().len();
        let info = line.trim_start().strip_prefix("```");
        match (open.take(), info) {
            (None, None) => outside.push((number, line)),
            (None, Some(info)) => {
                let mut words = info.split_whitespace().map(str::to_owned);
                let (language, marker) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
                open = Some((indented, Block { line: number + 1, language, marker, text: String::new() }));
            }
            (Some((_, block)), Some("")) => blocks.push(block),
            (Some((indent, mut block)), _) => {
                block.text.push_str(line.get(indent.min(indented)..).unwrap_or_default());
                block.text.push('\n');
                open = Some((indent, block));
            }
        }
    }
    blocks.extend(open.map(|(_, block)| block));
    (blocks, outside)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_has_its_language_its_marker_and_its_text_without_the_indentation() {
        let (blocks, outside) = split("one\n\n  ```sh run\n  ls\n    -l\n  ```\ntwo\n```\nx\n```\n");
        let block = |line, language: &str, marker: &str, text: &str| Block {
            line,
            language: language.to_owned(),
            marker: marker.to_owned(),
            text: text.to_owned(),
        };
        assert_eq!(blocks, [block(4, "sh", "run", "ls\n  -l\n"), block(9, "", "", "x\n")]);
        assert_eq!(outside, [(1, "one"), (2, ""), (7, "two")]);
    }
}
