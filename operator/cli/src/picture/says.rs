//! Messages of the operator as a picture shows them.

/// The message without the kubectl commands in it: the picture has the plugin's verbs for them.
#[must_use]
pub fn without_commands(message: &str) -> String {
    let says = |part: &str| match part.split_once(": kubectl ") {
        // What follows a command belongs to the message.
        Some((_, command)) if !command.ends_with(['\'', '…']) => Some(part.to_owned()),
        Some((before, _)) => Some(before.to_owned()).filter(|before| !before.starts_with("to ")),
        // The command was cut.
        None if part.starts_with("to ") && part.ends_with('…') => None,
        None => Some(part.to_owned()),
    };
    let parts: Vec<String> = message.split("; ").filter_map(says).collect();
    parts.join("; ").replace("the command in status.gates", "the command below")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_left_out_and_all_else_stays() {
        let table = [
            ("holding weight 50; next weight 100 at 10:00:00Z", "holding weight 50; next weight 100 at 10:00:00Z"),
            ("waiting for approval: kubectl patch sdep a -p '{}'", "waiting for approval"),
            (
                "failed; to go on: kubectl patch a -p '{}'; to end it: kubectl patch b -p '{}'; it said: 3",
                "failed; it said: 3",
            ),
            ("waits: kubectl patch sdep a -p '{}' ends it", "waits: kubectl patch sdep a -p '{}' ends it"),
            ("suspended; to begin now: kubec…", "suspended"),
            ("by the command in status.gates; to return: kubectl patch a -p '{}'", "by the command below"),
        ];
        for (message, expected) in table {
            assert_eq!(without_commands(message), expected);
        }
    }
}
