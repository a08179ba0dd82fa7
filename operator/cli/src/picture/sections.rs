//! A picture in parts, and what of them is left where there is little room.

use super::text::{Line, Tone, wrapped};

/// Cells of the words at the left edge.
pub const LABEL: usize = 11;

/// A part of a picture.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Section {
    /// Its lines.
    pub lines: Vec<Line>,
    /// The line that has to be seen, where it has more than there is room for.
    pub focus: Option<usize>,
    /// How early it is left out: the greater the earlier; 0 is never left out.
    pub rank: u8,
}

/// A whole picture.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Picture(pub Vec<Section>);

/// Fewest lines to which a part with a focus is shortened.
const FEWEST: usize = 5;

impl Section {
    /// Lines that are left out at this rank.
    #[must_use]
    pub const fn of(rank: u8, lines: Vec<Line>) -> Self {
        Self { lines, focus: None, rank }
    }

    /// The same, with a line that has to be seen.
    #[must_use]
    pub const fn around(mut self, focus: Option<usize>) -> Self {
        self.focus = focus;
        self
    }

    /// Keeps so many lines around its focus, below its first line, which is its heading.
    fn shorten(&mut self, most: usize) {
        let (Some(focus), true) = (self.focus, self.lines.len() > most && most > 1) else { return };
        let kept = most - 1;
        let first = focus.saturating_sub(kept / 2).clamp(1, self.lines.len() - kept);
        let heading = self.lines.first().cloned().unwrap_or_default();
        let rest = self.lines.drain(first..first + kept).collect::<Vec<_>>();
        self.lines = std::iter::once(heading).chain(rest).collect();
    }
}

impl Picture {
    /// All of it, with an empty line between its parts.
    #[must_use]
    pub fn lines(&self, width: usize) -> Vec<Line> {
        let parts = self.0.iter().filter(|section| !section.lines.is_empty());
        let mut lines = Vec::new();
        for section in parts {
            if !lines.is_empty() {
                lines.push(Line::empty());
            }
            lines.extend(section.lines.iter().cloned().map(|line| line.cut(width)));
        }
        lines
    }

    /// As much of it as fits into so many lines, the most important first.
    #[must_use]
    pub fn fitted(mut self, width: usize, height: usize) -> Vec<Line> {
        self.0.retain(|section| !section.lines.is_empty());
        let fits = |picture: &Self| picture.lines(width).len() <= height;
        for section in 0..self.0.len() {
            if !fits(&self) && self.0[section].focus.is_some() {
                let over = self.lines(width).len() - height;
                let most = self.0[section].lines.len().saturating_sub(over).max(FEWEST);
                self.0[section].shorten(most);
            }
        }
        while !fits(&self) {
            let ranked = self.0.iter().enumerate().filter(|(_, section)| section.rank > 0);
            let Some(index) = ranked.max_by_key(|(_, section)| section.rank).map(|(index, _)| index) else { break };
            // The last lines of a list are the newest.
            if self.0[index].lines.len() > 2 {
                self.0[index].lines.remove(1);
            } else {
                self.0.remove(index);
            }
        }
        let mut lines = self.lines(width);
        if lines.len() > height {
            lines.retain(|line| !line.is_empty());
        }
        lines.truncate(height);
        lines
    }

    /// As text, without colours.
    #[must_use]
    pub fn text(&self, width: usize) -> String {
        self.lines(width).iter().map(|line| line.paint(false) + "\n").collect()
    }
}

/// A label and what it says, in as many lines as it takes, at most so many.
#[must_use]
pub fn row(label: &str, says: &Line, width: usize, most: usize) -> Vec<Line> {
    let room = width.saturating_sub(LABEL).max(8);
    let label = Line::of(Tone::Faint, label).padded(LABEL);
    if says.width() <= room {
        return vec![label.then(says.clone())];
    }
    let tone = says.pieces().next().map(|(tone, _)| tone).unwrap_or_default();
    let text: String = says.pieces().map(|(_, text)| text).collect();
    let mut lines = wrapped(&text, room);
    if lines.len() > most {
        lines.truncate(most);
        if let Some(last) = lines.last_mut() {
            last.push_str(" …");
        }
    }
    let indent = |index: usize| if index == 0 { label.clone() } else { Line::empty().padded(LABEL) };
    lines.iter().enumerate().map(|(index, text)| indent(index).and(tone, text).cut(width)).collect()
}

/// A line of headings.
#[must_use]
pub fn heading(words: &[&str]) -> Vec<Line> {
    words.iter().map(|word| Line::of(Tone::Faint, word)).collect()
}
