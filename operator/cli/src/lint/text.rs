//! From bytes to a text that can be read.

use crate::lint::yaml::Problem;

/// Longest file, in bytes: the manifests of a whole cluster are shorter.
pub const LONGEST: usize = 16 * 1024 * 1024;

/// The text of a file, or why it is none.
pub fn text(bytes: &[u8]) -> Result<&str, Problem> {
    if bytes.len() > LONGEST {
        let message = format!("has {} bytes: at most {LONGEST} are read; check it in parts", bytes.len());
        return Err(Problem { line: 1, message });
    }
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Err(Problem::at(1, "is UTF-16: save it as UTF-8"));
    }
    let bytes = bytes.strip_prefix(&[0xef, 0xbb, 0xbf]).unwrap_or(bytes);
    if let Some(place) = bytes.iter().position(|byte| *byte == 0) {
        return Err(Problem::at(line_of(bytes, place), "has a NUL in it: it is no text"));
    }
    std::str::from_utf8(bytes).map_err(|error| {
        let place = error.valid_up_to();
        let byte = bytes.get(place).copied().unwrap_or_default();
        Problem {
            line: line_of(bytes, place),
            message: format!("is not UTF-8: the byte 0x{byte:02x} begins no character"),
        }
    })
}

fn line_of(bytes: &[u8], place: usize) -> usize {
    bytes[..place].split(|byte| *byte == b'\n').count()
}
