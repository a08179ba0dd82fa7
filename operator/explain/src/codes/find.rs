//! Codes in a message.

use super::class::CodeClass;
use super::family::by_family;
use super::table::CODES;

/// What a code says, where the table has it by its name.
#[must_use]
pub fn known_class(code: &str) -> Option<CodeClass> {
    CODES.iter().find(|(_, codes)| codes.contains(&code)).map(|(class, _)| *class)
}

/// What a code says: by its name, or by its family.
#[must_use]
pub fn class_of(code: &str) -> Option<CodeClass> {
    known_class(code).or_else(|| by_family(code))
}

/// What the codes in a message say, each in its order.
pub(crate) fn classes_in(message: &str) -> impl Iterator<Item = CodeClass> {
    words(message).filter(Word::is_code).filter_map(|word| class_of(word.text))
}

/// A word, and whether something stands beside it that marks it as a code.
struct Word<'a> {
    text: &'a str,
    is_marked: bool,
}

impl Word<'_> {
    /// A code is several words written as one, or one that is marked: "Throttling" alone begins many a sentence.
    fn is_code(&self) -> bool {
        let humps = self.text.bytes().filter(u8::is_ascii_uppercase).count();
        let begins_large = self.text.bytes().next().is_some_and(|byte| byte.is_ascii_uppercase());
        let is_joined = humps >= 2;
        begins_large && (is_joined || self.is_marked)
    }
}

fn words(message: &str) -> impl Iterator<Item = Word<'_>> {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    let bytes = message.as_bytes();
    let mut at = 0;
    std::iter::from_fn(move || {
        while at < bytes.len() && !is_part(bytes[at]) {
            at += 1;
        }
        let begin = at;
        while at < bytes.len() && is_part(bytes[at]) {
            at += 1;
        }
        (begin < at).then(|| {
            let after = bytes.get(at).copied().unwrap_or(b' ');
            let before = begin.checked_sub(1).map_or(b' ', |index| bytes[index]);
            let is_quoted = matches!(before, b'(' | b'"' | b'\'' | b'>') && matches!(after, b')' | b'"' | b'\'' | b'<');
            Word { text: &message[begin..at], is_marked: after == b':' || is_quoted }
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_found_in_the_envelope_of_every_sdk() {
        let table = [
            (
                "An error occurred (Throttling) when calling the DescribeRules operation: Rate exceeded",
                CodeClass::Throttled,
            ),
            ("A client error (ExpiredToken) occurred when calling the ListUsers operation", CodeClass::Credentials),
            (
                "operation error ECS: UpdateService, https response error StatusCode: 400, api error ServiceNotFoundException: x",
                CodeClass::NotFound,
            ),
            (
                "(Service: AmazonECS; Status Code: 400; Error Code: InvalidParameterException; Request ID: 1)",
                CodeClass::Invalid,
            ),
            ("ErrorMetadata { code: Some(\"AccessDenied\"), message: None }", CodeClass::AccessDenied),
            ("<Error><Code>SlowDown</Code></Error>", CodeClass::Throttled),
            ("{\"__type\":\"com.amazonaws.ecs#ServerException\"}", CodeClass::Unavailable),
            (
                "software.amazon.awssdk.services.ecs.model.ClusterNotFoundException: Cluster not found.",
                CodeClass::NotFound,
            ),
            ("Aws::ElasticLoadBalancingV2::Errors::TooManyRules", CodeClass::Limit),
            ("Deployment d-1 failed. Error code: THROTTLED", CodeClass::Throttled),
        ];
        for (message, expected) in table {
            assert_eq!(classes_in(message).collect::<Vec<_>>(), [expected], "{message}");
        }
    }

    #[test]
    fn a_word_of_a_sentence_is_no_code() {
        for message in ["Throttling was seen on the queue", "Invalid input", "Forbidden fruit", "an internal error"] {
            assert_eq!(classes_in(message).count(), 0, "{message}");
        }
    }
}
