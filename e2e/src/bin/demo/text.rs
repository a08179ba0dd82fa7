//! Lines of styled text, painted at the last moment.

use std::fmt::Write as _;

use jiff::SignedDuration;

/// What a piece of text means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Nothing in particular.
    Plain,
    /// A heading.
    Strong,
    /// Less important.
    Faint,
    /// It went well.
    Good,
    /// It went wrong.
    Bad,
    /// It is in progress.
    Active,
    /// About the original.
    Original,
    /// About the replacement.
    Replacement,
}

impl Tone {
    const fn code(self) -> Option<&'static str> {
        match self {
            Self::Plain => None,
            Self::Strong => Some("1"),
            Self::Faint => Some("2"),
            Self::Good => Some("32"),
            Self::Bad => Some("1;31"),
            Self::Active => Some("1;33"),
            Self::Original => Some("34"),
            Self::Replacement => Some("36"),
        }
    }
}

/// A line of text. Every character takes one cell.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Line(Vec<(Tone, String)>);

impl Line {
    /// An empty line.
    pub const fn empty() -> Self {
        Self(Vec::new())
    }

    /// A line with one piece.
    pub fn of(tone: Tone, text: impl Into<String>) -> Self {
        Self::empty().and(tone, text)
    }

    /// The same line, and a further piece.
    #[must_use]
    pub fn and(mut self, tone: Tone, text: impl Into<String>) -> Self {
        self.0.push((tone, text.into()));
        self
    }

    /// Without a visible character.
    pub fn is_empty(&self) -> bool {
        self.0.iter().all(|(_, text)| text.is_empty())
    }

    /// Cells that it takes.
    pub fn width(&self) -> usize {
        self.0.iter().map(|(_, text)| text.chars().count()).sum()
    }

    /// The same line and, at the right edge, another piece, if there is room.
    #[must_use]
    pub fn with_right(self, width: usize, tone: Tone, text: &str) -> Self {
        let used = self.width() + text.chars().count();
        if used >= width {
            return self;
        }
        self.and(Tone::Plain, " ".repeat(width - used)).and(tone, text)
    }

    /// At most so many cells; what is cut is told by `…`.
    #[must_use]
    pub fn cut(self, width: usize) -> Self {
        if self.width() <= width {
            return self;
        }
        let mut left = width.saturating_sub(1);
        let mut kept = Self::empty();
        for (tone, text) in self.0 {
            let piece: String = text.chars().take(left).collect();
            left -= piece.chars().count();
            kept = kept.and(tone, piece);
            if left == 0 {
                return kept.and(tone, "…");
            }
        }
        kept
    }

    /// The text alone, or with ANSI colours.
    pub fn paint(&self, colours: bool) -> String {
        let mut painted = String::new();
        for (tone, text) in &self.0 {
            match tone.code().filter(|_| colours && !text.is_empty()) {
                // Writing to a String does not fail.
                Some(code) => drop(write!(painted, "\x1b[{code}m{text}\x1b[0m")),
                None => painted.push_str(text),
            }
        }
        painted.truncate(painted.trim_end().len());
        painted
    }
}

/// Words in lines of at most so many cells, and of at most so many lines.
pub fn wrapped(text: &str, width: usize, lines: usize) -> Vec<String> {
    let mut wrapped = vec![String::new()];
    for word in text.split_whitespace() {
        let last = wrapped.last_mut();
        match last {
            Some(line) if line.is_empty() => line.push_str(word),
            Some(line) if line.chars().count() + 1 + word.chars().count() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => wrapped.push(word.to_owned()),
        }
    }
    if wrapped.len() > lines {
        wrapped.truncate(lines);
        if let Some(last) = wrapped.last_mut() {
            last.push_str(" …");
        }
    }
    wrapped
}

/// A number with thousands apart: `12,345`.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// A length of time on a clock: `1:05`.
pub fn clock(duration: SignedDuration) -> String {
    let seconds = duration.as_secs().max(0);
    format!("{}:{:02}", seconds / 60, seconds % 60)
}

/// A length of time to a tenth of a second: `3.2s`.
pub fn seconds(duration: SignedDuration) -> String {
    let tenths = duration.as_millis().max(0) / 100;
    format!("{}.{}s", tenths / 10, tenths % 10)
}

/// A length of time that may be very short: `63ms`, or else `3.2s`.
pub fn precise(duration: SignedDuration) -> String {
    let millis = duration.as_millis().max(0);
    if millis < 1000 { format!("{millis}ms") } else { seconds(duration) }
}

/// The same text with the names of target groups in place of their ARNs.
pub fn without_arns(text: &str) -> String {
    let short = |word: &str| {
        let (start, arn) = word.split_at(word.find("arn:")?);
        let (_, resource) = arn.split_once(":targetgroup/")?;
        let (name, id) = resource.split_once('/')?;
        Some(format!("{start}{name}{}", id.trim_start_matches(|digit: char| digit.is_ascii_hexdigit())))
    };
    let words: Vec<String> = text.split(' ').map(|word| short(word).unwrap_or_else(|| word.to_owned())).collect();
    words.join(" ")
}

/// Short for an ARN that names something: what follows the last `/`.
pub fn last_part(arn: &str) -> &str {
    arn.rsplit('/').next().unwrap_or(arn)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_times_are_written_for_people() {
        assert_eq!([0, 999, 1000, 1_234_567].map(grouped), ["0", "999", "1,000", "1,234,567"]);
        assert_eq!(clock(SignedDuration::from_secs(65)), "1:05");
        assert_eq!(seconds(SignedDuration::from_millis(3_270)), "3.2s");
        assert_eq!(seconds(SignedDuration::from_millis(-3)), "0.0s");
        assert_eq!(precise(SignedDuration::from_millis(63)), "63ms");
        assert_eq!(precise(SignedDuration::from_millis(1_063)), "1.0s");
        let arn = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/shop-a/73e2d6bc24d8a067";
        assert_eq!(without_arns(&format!("in (target-group {arn}): what")), "in (target-group shop-a): what");
    }

    #[test]
    fn a_cut_line_tells_that_it_was_cut() {
        let line = Line::of(Tone::Good, "✔ one").and(Tone::Plain, " two");
        assert_eq!(line.clone().cut(9).paint(false), "✔ one two");
        assert_eq!(line.clone().cut(6).paint(false), "✔ one…");
        assert_eq!(line.cut(3).paint(true), "\u{1b}[32m✔ \u{1b}[0m\u{1b}[32m…\u{1b}[0m");
    }

    #[test]
    fn text_is_wrapped_at_words() {
        assert_eq!(wrapped("a bb ccc dddd", 5, 9), ["a bb", "ccc", "dddd"]);
        assert_eq!(wrapped("a bb ccc dddd", 5, 2), ["a bb", "ccc …"]);
    }
}
