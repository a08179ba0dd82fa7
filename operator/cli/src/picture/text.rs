//! Lines of styled text. What a terminal would obey is blanked on its way in, and the styles are dropped or painted at the
//! edge.

use anstyle::{AnsiColor, Style};
use sluice_api::blanked;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// What a piece of text means.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    /// Nothing in particular.
    #[default]
    Plain,
    /// A name, or a heading.
    Strong,
    /// Less important.
    Faint,
    /// It went well.
    Good,
    /// It went wrong.
    Bad,
    /// It is in progress, or waits.
    Active,
    /// About the original.
    Original,
    /// About the replacement.
    Replacement,
}

impl Tone {
    /// How a terminal shows it.
    #[must_use]
    pub const fn style(self) -> Style {
        let plain = Style::new();
        match self {
            Self::Plain => plain,
            Self::Strong => plain.bold(),
            Self::Faint => plain.dimmed(),
            Self::Good => plain.fg_color(Some(anstyle::Color::Ansi(AnsiColor::Green))),
            Self::Bad => plain.bold().fg_color(Some(anstyle::Color::Ansi(AnsiColor::Red))),
            Self::Active => plain.bold().fg_color(Some(anstyle::Color::Ansi(AnsiColor::Yellow))),
            Self::Original => plain.fg_color(Some(anstyle::Color::Ansi(AnsiColor::Blue))),
            Self::Replacement => plain.fg_color(Some(anstyle::Color::Ansi(AnsiColor::Cyan))),
        }
    }
}

/// A line of text in pieces.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Line(Vec<(Tone, String)>);

impl Line {
    /// An empty line.
    #[must_use]
    pub const fn empty() -> Self {
        Self(Vec::new())
    }

    /// A line with one piece.
    #[must_use]
    pub fn of(tone: Tone, text: impl AsRef<str>) -> Self {
        Self::empty().and(tone, text)
    }

    /// A line without a style.
    #[must_use]
    pub fn plain(text: impl AsRef<str>) -> Self {
        Self::of(Tone::Plain, text)
    }

    /// The same line, and a further piece.
    #[must_use]
    pub fn and(mut self, tone: Tone, text: impl AsRef<str>) -> Self {
        if !text.as_ref().is_empty() {
            self.0.push((tone, blanked(text.as_ref())));
        }
        self
    }

    /// The same line, and another behind it.
    #[must_use]
    pub fn then(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }

    /// The pieces, each with what it means.
    pub fn pieces(&self) -> impl Iterator<Item = (Tone, &str)> {
        self.0.iter().map(|(tone, text)| (*tone, text.as_str()))
    }

    /// Without a visible character.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.iter().all(|(_, text)| text.trim().is_empty())
    }

    /// Cells that it takes in a terminal.
    #[must_use]
    pub fn width(&self) -> usize {
        self.0.iter().map(|(_, text)| text.width()).sum()
    }

    /// The same line, filled with spaces to so many cells.
    #[must_use]
    pub fn padded(self, width: usize) -> Self {
        let missing = width.saturating_sub(self.width());
        self.and(Tone::Plain, " ".repeat(missing))
    }

    /// The same line without spaces at its end.
    #[must_use]
    pub fn trimmed(mut self) -> Self {
        while let Some((_, text)) = self.0.last_mut() {
            text.truncate(text.trim_end().len());
            if !text.is_empty() {
                break;
            }
            self.0.pop();
        }
        self
    }

    /// The same line and, at the right edge, another piece, if there is room.
    #[must_use]
    pub fn with_right(self, width: usize, right: Self) -> Self {
        if self.width() + right.width() + 2 > width {
            return self;
        }
        self.padded(width - right.width()).then(right)
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
            let piece = first_cells(&text, left);
            left -= piece.width();
            let is_whole = piece.len() == text.len();
            kept = kept.and(tone, piece);
            if !is_whole {
                return kept.and(tone, "…");
            }
        }
        kept
    }

    /// The text alone, or with ANSI colours.
    #[must_use]
    pub fn paint(&self, colours: bool) -> String {
        let paint = |(tone, text): (Tone, &str)| {
            let style = tone.style();
            if colours { format!("{style}{text}{style:#}") } else { text.to_owned() }
        };
        let mut painted: String = self.pieces().map(paint).collect();
        painted.truncate(painted.trim_end().len());
        painted
    }
}

/// The longest beginning of a text that takes at most so many cells.
fn first_cells(text: &str, cells: usize) -> &str {
    let mut taken = 0;
    for (at, one) in text.char_indices() {
        taken += one.width().unwrap_or(0);
        if taken > cells {
            return &text[..at];
        }
    }
    text
}

/// Words in lines of at most so many cells; a word that is longer is broken.
#[must_use]
pub fn wrapped(text: &str, width: usize) -> Vec<String> {
    let width = width.max(8);
    let mut lines = vec![String::new()];
    for word in blanked(text).split_whitespace() {
        let mut rest = word;
        loop {
            let Some(line) = lines.last_mut() else { return lines };
            let gap = usize::from(!line.is_empty());
            let room = width.saturating_sub(line.width() + gap);
            if rest.width() <= room {
                line.push_str(if gap == 1 { " " } else { "" });
                line.push_str(rest);
                break;
            }
            if gap == 0 {
                let part = first_cells(rest, width);
                line.push_str(part);
                rest = &rest[part.len()..];
            }
            lines.push(String::new());
        }
    }
    lines
}

/// Rows in columns, each as wide as its widest cell, with two spaces between them.
#[must_use]
pub fn columns(rows: &[Vec<Line>]) -> Vec<Line> {
    let count = rows.iter().map(Vec::len).max().unwrap_or(0);
    let widest = |column: usize| rows.iter().filter_map(|row| row.get(column)).map(Line::width).max().unwrap_or(0);
    let widths: Vec<usize> = (0..count).map(widest).collect();
    // A column in which nothing stands takes no room.
    let join = |row: &Vec<Line>| {
        row.iter()
            .zip(&widths)
            .filter(|(_, width)| **width > 0)
            .fold(Line::empty(), |line, (cell, width)| line.then(cell.clone().padded(*width)).and(Tone::Plain, "  "))
    };
    rows.iter().map(|row| join(row).trimmed()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cut_line_tells_that_it_was_cut_and_is_never_wider() {
        let line = || Line::of(Tone::Good, "✔ one").and(Tone::Plain, " two 日本語");
        assert_eq!(line().cut(16).paint(false), "✔ one two 日本語");
        assert_eq!(line().cut(15).paint(false), "✔ one two 日本…");
        assert_eq!(line().cut(14).paint(false), "✔ one two 日…");
        assert_eq!(line().cut(3).paint(true), "\u{1b}[32m✔ \u{1b}[0m\u{1b}[32m…\u{1b}[0m");
        assert!((0..20).all(|width| line().cut(width).width() <= width.max(1)));
    }

    #[test]
    fn what_a_terminal_obeys_is_blanked() {
        let line = Line::of(Tone::Plain, "a\u{1b}[2J\nb").and(Tone::Bad, "\u{202e}c\u{7}");
        assert_eq!(line.paint(false), "a [2J b c");
    }

    #[test]
    fn text_is_wrapped_at_words_and_long_words_are_broken() {
        assert_eq!(wrapped("a bb ccc dddd eeeee", 8), ["a bb ccc", "dddd", "eeeee"]);
        assert_eq!(wrapped("to 0123456789abcdef end", 8), ["to", "01234567", "89abcdef", "end"]);
        assert_eq!(wrapped("日本語日本語", 8), ["日本語日", "本語"]);
        assert_eq!(wrapped("", 8), [""]);
    }

    #[test]
    fn columns_are_as_wide_as_their_widest_cell_and_empty_ones_take_no_room() {
        let row = |cells: [&str; 3]| cells.map(Line::plain).to_vec();
        let lines = columns(&[row(["NAME", "", "STATE"]), row(["日本", "", "x"])]);
        assert_eq!(lines.iter().map(|line| line.paint(false)).collect::<Vec<_>>(), ["NAME  STATE", "日本  x"]);
    }
}
