//! A message made ready for the tables: of bounded length, in lower case, with plain quotes and single spaces.

/// Bytes of a message that are read at each end. What failed stands at the beginning of a message of AWS, and at the
/// end of a build's log.
const END: usize = 4096;

/// A message of bounded length: all of it, or its beginning and its end.
pub(crate) fn bounded(message: &str) -> String {
    if message.len() <= 2 * END {
        return message.to_owned();
    }
    let head = message.floor_char_boundary(END);
    let tail = message.ceil_char_boundary(message.len() - END);
    format!("{}\n{}", &message[..head], &message[tail..])
}

/// Lower case; every quote a plain one; white space, control characters and colours of a terminal a single space.
pub(crate) fn normal(text: &str) -> String {
    let mut normal = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        let character = match character {
            '\u{1b}' if characters.peek() == Some(&'[') => {
                // A colour: to its last letter.
                characters.by_ref().find(char::is_ascii_alphabetic);
                ' '
            }
            '\u{2018}' | '\u{2019}' | '\u{201a}' | '\u{2039}' | '\u{203a}' | '`' | '\u{b4}' => '\'',
            '\u{201c}' | '\u{201d}' | '\u{201e}' | '\u{ab}' | '\u{bb}' => '"',
            '\u{2010}'..='\u{2015}' => '-',
            other if other.is_whitespace() || other.is_control() => ' ',
            other => other.to_ascii_lowercase(),
        };
        if character != ' ' || !normal.ends_with(' ') {
            normal.push(character);
        }
    }
    normal
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_read_in_lower_case_with_plain_quotes_and_single_spaces() {
        let table = [
            ("Can\u{2019}t  pull\n\tthe Image", "can't pull the image"),
            ("\u{1b}[31mERROR\u{1b}[0m failed", " error failed"),
            ("\u{201e}nicht\u{201c} \u{ab}pas\u{bb}", "\"nicht\" \"pas\""),
            ("a\0b", "a b"),
        ];
        for (text, expected) in table {
            assert_eq!(normal(text), expected, "{text:?}");
        }
    }

    #[test]
    fn of_a_long_message_both_ends_are_read() {
        let long = format!("begin {} end", "\u{e4}".repeat(500_000));
        let read = bounded(&long);
        assert!(read.starts_with("begin") && read.ends_with("end") && read.len() <= 2 * END + 1, "{}", read.len());
        assert_eq!(bounded("short"), "short");
    }
}
