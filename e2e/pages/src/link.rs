//! Links, and what they lead to.

use std::collections::BTreeMap;

/// A link of a page to a file, or to a heading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// Line of the page, from 1.
    pub line: usize,
    /// The file, relative to that of the page; empty for the page itself.
    pub file: String,
    /// What follows the number sign; empty without one.
    pub anchor: String,
}

/// Those of lines that are in no block. Links to other sites are left out.
pub(crate) fn links(outside: &[(usize, &str)]) -> Vec<Link> {
    let mut found = Vec::new();
    for (line, text) in outside {
        for rest in text.split("](").skip(1) {
            let target = rest.split([')', ' ']).next().unwrap_or_default();
            if target.contains("://") || target.starts_with("mailto:") {
                continue;
            }
            let (file, anchor) = target.split_once('#').unwrap_or((target, ""));
            found.push(Link { line: *line, file: file.to_owned(), anchor: anchor.to_owned() });
        }
    }
    found
}

/// What the headings of lines that are in no block are called in links, as GitHub and mdBook do.
#[must_use]
pub fn anchors(outside: &[(usize, &str)]) -> Vec<String> {
    let mut seen = BTreeMap::new();
    let headings = outside.iter().filter(|(_, line)| line.starts_with('#'));
    headings
        .map(|(_, line)| {
            let title = line.trim_start_matches('#').trim().to_lowercase();
            let kept = title.chars().filter(|one| one.is_alphanumeric() || matches!(one, ' ' | '-' | '_'));
            let name: String = kept.map(|one| if one == ' ' { '-' } else { one }).collect();
            let before = seen.entry(name.clone()).or_insert(0_usize);
            *before += 1;
            if *before == 1 { name } else { format!("{name}-{}", *before - 1) }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_has_a_file_and_an_anchor_and_headings_have_their_names() {
        let lines =
            [(1, "# A `name`: what?"), (2, "see [a](b.md#c) and [d](#e), not [f](https://g)"), (3, "## A name what")];
        let link = |file: &str, anchor: &str| Link { line: 2, file: file.to_owned(), anchor: anchor.to_owned() };
        assert_eq!(links(&lines), [link("b.md", "c"), link("", "e")]);
        assert_eq!(anchors(&lines), ["a-name-what", "a-name-what-1"]);
    }
}
