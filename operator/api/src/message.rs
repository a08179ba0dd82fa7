//! Messages that fit into a status or an Event, and are safe to show.

/// Longest message in a status or an Event, in characters.
pub const MESSAGE_LIMIT: usize = 256;

/// Cuts a message to [`MESSAGE_LIMIT`] characters, and says so with an ellipsis. What a terminal or a log would obey is
/// [blanked]: a message quotes what users and AWS wrote.
#[must_use]
pub fn bounded_message(message: &str) -> String {
    let message = blanked(message);
    if message.chars().count() <= MESSAGE_LIMIT {
        return message;
    }
    let mut cut: String = message.chars().take(MESSAGE_LIMIT - 1).collect();
    cut.push('…');
    cut
}

/// The text with a space in place of each character that is not shown but obeyed: those that move the cursor, colour,
/// begin a line, or turn the direction of what follows.
#[must_use]
pub fn blanked(text: &str) -> String {
    text.chars().map(|one| if is_obeyed(one) { ' ' } else { one }).collect()
}

/// Controls (C0, DEL, C1), separators of lines and paragraphs, marks of direction, and what has no width.
fn is_obeyed(one: char) -> bool {
    one.is_control()
        || matches!(one, '\u{061c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_obeys_is_blanked_and_all_else_stays() {
        let table = [
            ("weight 10 → 100, für späte Größen 日本", "weight 10 → 100, für späte Größen 日本"),
            ("\u{1b}[2J\u{1b}[31mred\nFAKE all is well", " [2J [31mred FAKE all is well"),
            ("title\u{1b}]0;mine\u{7}\r\t\u{0}", "title ]0;mine    "),
            ("c1 \u{9b}31m \u{7f}", "c1  31m  "),
            ("\u{202e}esrever\u{2066}\u{2028}next\u{feff}", " esrever  next "),
        ];
        for (text, expected) in table {
            assert_eq!(bounded_message(text), expected);
            assert_eq!(blanked(expected), expected, "a second time changes nothing");
        }
    }

    #[test]
    fn a_long_message_is_cut_and_says_so() {
        let long = bounded_message(&"é\n".repeat(200));
        assert_eq!(long.chars().count(), MESSAGE_LIMIT);
        assert!(long.starts_with("é é ") && long.ends_with('…'));
        assert_eq!(bounded_message(&"x".repeat(MESSAGE_LIMIT)).len(), MESSAGE_LIMIT);
    }
}
