//! The plugin `kubectl sluice`.
//!
//! What is shown is made by pure functions of what the API server holds, so that every screen has a golden file; only
//! [`cluster`] and what runs a verb reach for the world.
//!
//! | question | where |
//! |---|---|
//! | What can be typed? | [`arguments`] |
//! | What does a verb do? | [`verbs`], a file each |
//! | What is read for a picture? | [`look`] |
//! | What is followed as it changes? | [`live`] |
//! | What does a picture show? | [`picture`], pure |
//! | What would the API server say of a manifest? | [`lint`] |
//! | What becomes of what AWS prints of a service? | [`import`] |
//! | What does it change, or why does it not? | [`changes`] |
//! | How is that written, and what if somebody else writes? | [`acting`] |
//! | Which object does a name mean? | [`inventory`] |
//! | How does a release stand, for a pipeline? | [`awaited`], [`following`] |
//! | Which cluster, which namespace? | [`cluster`] |
//! | What is a user told to type? | [`hints`] |
//! | What differs between two task definitions? | [`diff`], pure |
//! | What went wrong, and with which exit code? | [`error`] |

pub mod acting;
pub mod arguments;
pub mod awaited;
pub mod changes;
pub mod cluster;
pub mod diff;
#[cfg(test)]
mod documentation_tests;
pub mod error;
pub mod following;
pub mod format;
pub mod hints;
pub mod history;
pub mod import;
pub mod inventory;
pub mod kind;
pub mod lint;
pub mod live;
pub mod look;
pub mod names;
pub mod output;
pub mod picture;
pub mod reading;
pub mod refusal;
pub mod verbs;

use std::process::ExitCode;

use crate::arguments::Plugin;
use crate::error::{Error, chain};

/// Does what was typed, and says what became of it: the exit code of the program.
#[must_use]
pub fn run(typed: Plugin) -> ExitCode {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let outcome = match runtime {
        Ok(runtime) => runtime.block_on(verbs::run(typed)),
        Err(source) => Err(Error::Runtime { source }),
    };
    match outcome {
        Ok(code) => code,
        Err(error) => {
            eprintln!("kubectl sluice: {}", chain(&error));
            error.exit_code()
        }
    }
}
