//! The terminal: its alternate screen while something is followed, and what is typed meanwhile.

use std::io;

use crossterm::event::{Event, EventStream, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use futures::{Stream, StreamExt};
use ratatui::DefaultTerminal;
use ratatui::style::{Color, Modifier, Style};
use ratatui::text::{Line as Painted, Span};
use ratatui::widgets::Paragraph;

use crate::picture::{Line, Tone};

/// The terminal while it is taken. It is given back when this goes, and when the program panics.
pub struct Screen {
    terminal: DefaultTerminal,
    colours: bool,
}

/// What someone types, or does to the terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Typed {
    /// A letter.
    Letter(char),
    /// Ctrl-C, or Escape.
    Away,
    /// The terminal has another size.
    Resized,
}

impl Screen {
    /// Takes the terminal: its alternate screen, and each key as it is typed.
    pub fn take(colours: bool) -> io::Result<Self> {
        Ok(Self { terminal: ratatui::try_init()?, colours })
    }

    /// Columns and rows.
    pub fn size(&self) -> io::Result<(usize, usize)> {
        let size = self.terminal.size()?;
        Ok((usize::from(size.width), usize::from(size.height)))
    }

    /// Shows these lines in place of those before. Only the cells that differ are written.
    pub fn show(&mut self, lines: &[Line]) -> io::Result<()> {
        let colours = self.colours;
        let painted: Vec<Painted<'_>> = lines.iter().map(|line| painted(line, colours)).collect();
        self.terminal.draw(|frame| frame.render_widget(Paragraph::new(painted), frame.area()))?;
        Ok(())
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        // There is nobody left to tell if it fails.
        drop(ratatui::try_restore());
    }
}

/// What is typed, as it comes.
pub fn typed() -> impl Stream<Item = Typed> + Unpin {
    EventStream::new().filter_map(|event| std::future::ready(event.ok().as_ref().and_then(meaning)))
}

fn meaning(event: &Event) -> Option<Typed> {
    match event {
        Event::Resize(..) => Some(Typed::Resized),
        Event::Key(KeyEvent { code, modifiers, kind: KeyEventKind::Press, .. }) => match *code {
            KeyCode::Char('c' | 'd') if modifiers.contains(KeyModifiers::CONTROL) => Some(Typed::Away),
            KeyCode::Char(letter) if modifiers.difference(KeyModifiers::SHIFT).is_empty() => {
                Some(Typed::Letter(letter))
            }
            KeyCode::Esc => Some(Typed::Away),
            _ => None,
        },
        _ => None,
    }
}

fn painted(line: &Line, colours: bool) -> Painted<'_> {
    let styled = |(tone, text)| Span::styled(text, if colours { style(tone) } else { Style::new() });
    line.pieces().map(styled).collect()
}

/// The same as [`Tone::style`], in the words of this library.
const fn style(tone: Tone) -> Style {
    let plain = Style::new();
    match tone {
        Tone::Plain => plain,
        Tone::Strong => plain.add_modifier(Modifier::BOLD),
        Tone::Faint => plain.add_modifier(Modifier::DIM),
        Tone::Good => plain.fg(Color::Green),
        Tone::Bad => plain.fg(Color::Red).add_modifier(Modifier::BOLD),
        Tone::Active => plain.fg(Color::Yellow).add_modifier(Modifier::BOLD),
        Tone::Original => plain.fg(Color::Blue),
        Tone::Replacement => plain.fg(Color::Cyan),
    }
}
