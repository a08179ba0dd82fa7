//! How it is printed.

use std::io::{self, ErrorKind, IsTerminal, Write as _};

use crate::arguments::Common;
use crate::error::Error;

/// Whether the standard output takes colours: a terminal does, unless `--no-color` or `NO_COLOR` (<https://no-color.org>: set
/// to anything but nothing) says otherwise.
#[must_use]
pub fn takes_colour(common: &Common) -> bool {
    let refused = common.no_color || std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    !refused && io::stdout().is_terminal()
}

/// Writes to the standard output. Whoever reads it may have read enough.
pub fn write(text: &str) -> Result<(), Error> {
    let mut output = io::stdout().lock();
    match output.write_all(text.as_bytes()).and_then(|()| output.flush()) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        outcome => outcome.map_err(|source| Error::Print { source }),
    }
}

/// Cells of the terminal that the standard output is; none where it is none.
#[must_use]
pub fn width_of_output() -> Option<usize> {
    let terminal = io::stdout().is_terminal();
    let (columns, _) = terminal.then(crossterm::terminal::size)?.ok()?;
    Some(usize::from(columns.max(20)))
}
