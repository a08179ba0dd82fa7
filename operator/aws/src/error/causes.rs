//! An error and what caused it.

use std::error::Error;

/// An error and its causes in one line. A cause whose words the one above it already has is left out.
pub(super) fn chain(error: &(dyn Error + 'static)) -> String {
    let mut words = String::new();
    for cause in causes(error).map(ToString::to_string) {
        if words.is_empty() {
            words = cause;
        } else if !words.contains(&cause) {
            words = format!("{words}: {cause}");
        }
    }
    words
}

/// An error, its cause, the cause of that, and so on.
pub(super) fn causes<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    let mut next = Some(error);
    std::iter::from_fn(move || {
        let error = next?;
        next = error.source();
        Some(error)
    })
}
