//! Where the demo shows itself: redrawn in place in a terminal, a line per change elsewhere.

use std::fmt::Write as _;
use std::io::{IsTerminal, Write as _};

use sluice_e2e::{Error, Result};

use crate::changes::changes;
use crate::snapshot::Snapshot;
use crate::text::Line;
use crate::view::{Size, frame};

/// A terminal whose size is not known.
const USUAL: Size = Size { width: 80, height: 24 };

/// Where the demo shows itself.
pub struct Screen {
    live: bool,
    colours: bool,
    drawn: usize,
    last: Option<Snapshot>,
}

impl Screen {
    /// The standard output, as it is.
    pub fn new() -> Self {
        let terminal = std::io::stdout().is_terminal();
        let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        let dumb = variable("TERM").is_none_or(|term| term == "dumb");
        let live = terminal && !dumb;
        Self { live, colours: live && variable("NO_COLOR").is_none(), drawn: 0, last: None }
    }

    /// Shows a moment in place of the one before.
    pub fn show(&mut self, seen: &Snapshot) -> Result<()> {
        if self.live {
            let size = size();
            // The last column and the last line stay empty, so that nothing wraps or scrolls.
            let lines = frame(seen, Size { width: size.width - 1, height: size.height - 1 });
            return self.draw(&lines, size.height);
        }
        let lines = changes(self.last.as_ref(), seen);
        self.last = Some(seen.clone());
        lines.into_iter().try_for_each(|line| put(&format!("{line}\n")))
    }

    /// What was shown stays; the next moment is shown below it.
    pub fn keep(&mut self) -> Result<()> {
        self.last = None;
        self.lift()
    }

    /// What was shown stays, and is gone on with below.
    fn lift(&mut self) -> Result<()> {
        if self.live && self.drawn > 0 {
            self.drawn = 0;
            put("\x1b[?25h\n")?;
        }
        Ok(())
    }

    /// Says something that stays.
    pub fn say(&mut self, line: &Line) -> Result<()> {
        self.lift()?;
        put(&format!("{}\n", line.paint(self.colours)))
    }

    /// Says something that stays, cut at the edge of a terminal: a table's rows should not wrap.
    pub fn say_short(&mut self, line: Line) -> Result<()> {
        let line = if self.live { line.cut(size().width) } else { line };
        self.say(&line)
    }

    fn draw(&mut self, lines: &[Line], height: usize) -> Result<()> {
        // Writing to a String does not fail.
        let mut text = String::from("\x1b[?25l");
        if self.drawn > 0 {
            // In a terminal that has shrunk, what has scrolled away cannot be reached any more.
            let _ = write!(text, "\x1b[{}A", self.drawn.min(height - 1));
        }
        for line in lines {
            let _ = write!(text, "\r{}\x1b[K\n", line.paint(self.colours));
        }
        text.push_str("\x1b[J");
        self.drawn = lines.len();
        put(&text)
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        if self.live {
            // The cursor comes back, whatever happened.
            let _ = put("\x1b[?25h");
        }
    }
}

fn put(text: &str) -> Result<()> {
    let mut output = std::io::stdout().lock();
    output.write_all(text.as_bytes()).and_then(|()| output.flush()).map_err(Error::of("failed to write the output"))
}

fn size() -> Size {
    let asked = rustix::termios::tcgetwinsize(std::io::stdout()).ok();
    let known = asked.filter(|size| size.ws_col > 0 && size.ws_row > 0);
    let size = known.map_or(USUAL, |size| Size { width: size.ws_col.into(), height: size.ws_row.into() });
    Size { width: size.width.max(20), height: size.height.max(6) }
}
