//! Messages that fit into a status or an Event.

/// Longest message in a status or an Event, in characters.
pub const MESSAGE_LIMIT: usize = 256;

/// Cuts a message to [`MESSAGE_LIMIT`] characters, and says so with an ellipsis.
#[must_use]
pub fn bounded_message(message: &str) -> String {
    if message.chars().count() <= MESSAGE_LIMIT {
        return message.to_owned();
    }
    let mut cut: String = message.chars().take(MESSAGE_LIMIT - 1).collect();
    cut.push('…');
    cut
}
