//! Which word is meant.

/// The word among these that is likely to be meant: one that begins as it does, or is a few letters off.
#[must_use]
pub fn nearest<'a>(meant: &str, words: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // What nobody types by mistake is not worth the time.
    if meant.chars().count() > 64 {
        return None;
    }
    let lower = meant.to_lowercase();
    let off = |word: &str| {
        let word = word.to_lowercase();
        let begins = lower.len().min(word.len()) >= 3 && (word.starts_with(&lower) || lower.starts_with(&word));
        if begins { 1 } else { strsim::osa_distance(&lower, &word) }
    };
    let close = |(off, word): &(usize, &str)| *off <= 1 + word.chars().count() / 5;
    words.into_iter().map(|word| (off(word), word)).filter(close).min().map(|(_, word)| word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_word_that_is_meant_is_found_and_no_other_is_made_up() {
        let words = ["percentage", "interval", "bake", "hooks", "progressDeadline", "productionRoutes"];
        let table = [
            ("percent", Some("percentage")),
            ("intreval", Some("interval")),
            ("Bake", Some("bake")),
            ("bakes", Some("bake")),
            ("hook", Some("hooks")),
            ("progressDeadlineSeconds", Some("progressDeadline")),
            ("productionRoute", Some("productionRoutes")),
            ("replicas", None),
            ("x", None),
            ("", None),
        ];
        for (meant, expected) in table {
            assert_eq!(nearest(meant, words), expected, "{meant}");
        }
        assert_eq!(nearest(&"bake".repeat(10_000), words), None);
    }
}
