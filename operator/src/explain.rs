//! `sluice explain`: what the words of a failure mean, for people and for programs. It needs no cluster and no AWS.

use std::io::{self, BufRead, ErrorKind, Read as _, Write};

use serde::Deserialize;
use serde_json::json;
use sluice_api::FailureCode;
use sluice_explain::{Explanation, Question, code_for_people, for_people, phase_of_word};

use crate::cli::ExplainSettings;
use crate::error::Error;

/// Longest line that is read, in bytes. Of a message both ends are looked at, so that a longer one would say no more.
const LONGEST_LINE: u64 = 8 << 20;

/// Explains a text, a code, or each line of the standard input.
pub fn run(settings: &ExplainSettings) -> Result<(), Error> {
    let mut output = io::BufWriter::new(io::stdout().lock());
    let written = match &settings.text {
        Some(text) => write!(output, "{}", in_words(text, settings)).map(|()| Lines::default()),
        None => explain_lines(io::stdin().lock(), &mut output),
    };
    match written.and_then(|lines| output.flush().map(|()| lines)) {
        Ok(Lines { bad: 0, .. }) => Ok(()),
        Ok(Lines { bad, lines }) => Err(Error::BadLines { bad, lines }),
        // Whoever reads has read enough.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        Err(source) => Err(Error::Lines { source }),
    }
}

fn in_words(text: &str, settings: &ExplainSettings) -> String {
    if let Some(code) = FailureCode::ALL.iter().find(|code| code.as_str() == text.trim()) {
        return code_for_people(*code);
    }
    let question = Question { message: text, place: settings.place, phase: settings.phase, trigger: settings.trigger };
    for_people(&sluice_explain::explain(&question))
}

/// How many lines there were, and how many of them could not be explained.
#[derive(Debug, Default, PartialEq, Eq)]
struct Lines {
    lines: u64,
    bad: u64,
}

/// One line of the input. Whatever else it has is left alone.
#[derive(Deserialize)]
struct Line {
    message: String,
    #[serde(rename = "where")]
    place: Option<String>,
    phase: Option<String>,
    trigger: Option<String>,
}

fn explain_lines(mut input: impl BufRead, output: &mut impl Write) -> io::Result<Lines> {
    let mut seen = Lines::default();
    let mut bytes = Vec::new();
    loop {
        bytes.clear();
        if (&mut input).take(LONGEST_LINE).read_until(b'\n', &mut bytes)? == 0 {
            return Ok(seen);
        }
        seen.lines += 1;
        let is_whole = bytes.ends_with(b"\n") || bytes.len() as u64 != LONGEST_LINE || skip_line(&mut input)? == 0;
        let explained = if is_whole { explain_line(&bytes) } else { Err(format!("longer than {LONGEST_LINE} bytes")) };
        match explained {
            Ok(explanation) => serde_json::to_writer(&mut *output, &explanation)?,
            Err(why) => {
                seen.bad += 1;
                serde_json::to_writer(&mut *output, &json!({ "error": format!("line {}: {why}", seen.lines) }))?;
            }
        }
        output.write_all(b"\n")?;
    }
}

/// Reads to the end of a line without keeping it: how many bytes that were.
fn skip_line(input: &mut impl BufRead) -> io::Result<usize> {
    let mut skipped = 0;
    loop {
        let bytes = input.fill_buf()?;
        let end = bytes.iter().position(|byte| *byte == b'\n');
        let used = end.map_or(bytes.len(), |index| index + 1);
        skipped += used;
        input.consume(used);
        if end.is_some() || used == 0 {
            return Ok(skipped);
        }
    }
}

/// What a line means. The error of the parser names a place and what was expected, and repeats no more than a word.
fn explain_line(bytes: &[u8]) -> Result<Explanation, String> {
    let text = String::from_utf8_lossy(bytes);
    let line: Line = serde_json::from_str(&text).map_err(|error| {
        let why: String = error.to_string().chars().take(200).collect();
        format!(
            "{why}; write an object such as {{\"message\": \"...\", \"where\": \"api_error\", \"phase\": \"deploy\"}}"
        )
    })?;
    let question = Question {
        message: &line.message,
        place: known(line.place.as_deref(), str::parse)?,
        phase: known(line.phase.as_deref(), phase_of_word)?,
        trigger: known(line.trigger.as_deref(), str::parse)?,
    };
    Ok(sluice_explain::explain(&question))
}

fn known<T, E: ToString>(word: Option<&str>, read: impl Fn(&str) -> Result<T, E>) -> Result<Option<T>, String> {
    word.map(read).transpose().map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn explained(input: &[u8]) -> (Vec<serde_json::Value>, Lines) {
        let mut output = Vec::new();
        let lines = explain_lines(input, &mut output).unwrap_or_default();
        let output = String::from_utf8_lossy(&output).into_owned();
        (output.lines().map(|line| serde_json::from_str(line).unwrap_or_default()).collect(), lines)
    }

    #[test]
    fn each_line_is_answered_in_its_place() {
        let (answers, lines) = explained(
            br#"{"message":"Rate exceeded","where":"api_error","phase":"deploy","trigger":null,"more":1}
{"message":"x","where":"nowhere"}
{"message":"\ud800"}

{"where":"hook"}
[]
{"message":"Essential container in task exited"}"#,
        );
        assert_eq!(lines, Lines { lines: 7, bad: 5 });
        assert_eq!(answers[0]["code"], "INFRASTRUCTURE_NETWORK_FAILURE");
        for (index, words) in [
            (1, "line 2: where \"nowhere\" is not known: write one of task_stopped_reason, container_reason"),
            (2, "line 3: "),
            (3, "line 4: "),
            (4, "line 5: missing field `message`"),
            (5, "line 6: "),
        ] {
            assert!(answers[index]["error"].as_str().unwrap_or_default().starts_with(words), "{}", answers[index]);
        }
        assert_eq!(answers[6]["code"], "DEPLOYMENT_VERIFICATION_FAILED");
    }

    #[test]
    fn bytes_that_are_no_text_and_lines_without_an_end_are_survived() {
        let (answers, lines) = explained(b"{\"message\":\"caf\xff timed out\",\"where\":\"api_error\"}\n\xff\xfe\n");
        assert_eq!((answers[0]["retryable"].as_bool(), lines), (Some(true), Lines { lines: 2, bad: 1 }));
        let mut long = vec![b'x'; usize::try_from(LONGEST_LINE).unwrap_or_default() + 10];
        long.extend_from_slice(b"\n{\"message\":\"Rate exceeded\"}\n");
        let (answers, lines) = explained(&long);
        assert_eq!(lines, Lines { lines: 2, bad: 1 });
        assert_eq!(answers[0]["error"], "line 1: longer than 8388608 bytes");
        assert_eq!(answers[1]["retryable"], true);
    }
}
