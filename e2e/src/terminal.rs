//! A terminal for a program: what it writes there, as it came, and the keys that someone presses.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{Read, Write};
use std::os::unix::ffi::OsStrExt;
use std::process::{Child, Command, ExitStatus};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{Winsize, tcsetwinsize};

use crate::error::{Error, Result};
use crate::poll;

/// A program in a terminal of its own. Dropped, it is killed.
#[derive(Debug)]
pub struct Terminal {
    child: Child,
    keys: File,
    written: Arc<Mutex<Vec<Vec<u8>>>>,
    reader: Option<JoinHandle<()>>,
}

impl Terminal {
    /// Starts the program in a terminal of so many columns and rows.
    pub fn start(mut command: Command, (columns, rows): (u16, u16)) -> Result<Self> {
        let ours = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).map_err(Error::of("open a terminal"))?;
        grantpt(&ours).and_then(|()| unlockpt(&ours)).map_err(Error::of("unlock the terminal"))?;
        let size = Winsize { ws_col: columns, ws_row: rows, ws_xpixel: 0, ws_ypixel: 0 };
        tcsetwinsize(&ours, size).map_err(Error::of("set the size of the terminal"))?;
        let name = ptsname(&ours, Vec::new()).map_err(Error::of("read the name of the terminal"))?;
        let path = OsStr::from_bytes(name.to_bytes());
        let its = File::options().read(true).write(true).open(path).map_err(Error::of("open the terminal"))?;
        let copy = || its.try_clone().map_err(Error::of("share the terminal"));
        command.stdin(copy()?).stdout(copy()?).stderr(copy()?);
        let child = command.spawn().map_err(Error::of("start the program in the terminal"))?;
        // The program alone has that end now, so that reading ours comes to an end when it does.
        drop((its, command));
        let keys = File::from(ours);
        let written = Arc::new(Mutex::new(Vec::new()));
        let reader = read_all(keys.try_clone().map_err(Error::of("share the terminal"))?, Arc::clone(&written));
        Ok(Self { child, keys, written, reader: Some(reader) })
    }

    /// Someone presses these keys.
    pub fn press(&mut self, keys: &str) -> Result<()> {
        self.keys.write_all(keys.as_bytes()).map_err(Error::of(format!("press {keys}")))
    }

    /// What was written, in the pieces in which it came.
    #[must_use]
    pub fn written(&self) -> Vec<Vec<u8>> {
        self.written.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Waits until the program has ended, and returns its exit status and all that it wrote.
    pub fn wait_ended(&mut self) -> Result<(ExitStatus, Vec<Vec<u8>>)> {
        let status = poll::until("the end of the program in the terminal", || {
            self.child.try_wait().map_err(Error::of("look at the program in the terminal"))
        })?;
        if let Some(reader) = self.reader.take() {
            // It ends with what it reads.
            drop(reader.join());
        }
        Ok((status, self.written()))
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        // It may have ended already, which is as good.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn read_all(mut from: File, into: Arc<Mutex<Vec<Vec<u8>>>>) -> JoinHandle<()> {
    std::thread::spawn(move || {
        let mut piece = vec![0; 64 * 1024];
        // Once nobody has the other end, Linux answers with EIO.
        while let Ok(length @ 1..) = from.read(&mut piece) {
            into.lock().unwrap_or_else(PoisonError::into_inner).push(piece[..length].to_vec());
        }
    })
}
