//! How it is printed.

use std::io::{self, ErrorKind, IsTerminal, Write as _};

use serde::Serialize;
use serde_json::Value;

use crate::arguments::Common;
use crate::error::Error;
use crate::format::Format;
use crate::kind::Kind;

/// Whether the standard output takes colours: a terminal does, unless `--no-color` or `NO_COLOR` (<https://no-color.org>: set
/// to anything but nothing) says otherwise.
#[must_use]
pub fn takes_colour(common: &Common) -> bool {
    let refused = common.no_color || std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    !refused && io::stdout().is_terminal()
}

/// Prints an object in a format of kubectl's: without the managers of its fields, as kubectl does.
pub fn print(object: &impl Serialize, format: Format, kind: Kind) -> Result<(), Error> {
    write(&rendered(object, format, kind).map_err(|source| Error::Print { source })?)
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

/// An object in a format of kubectl's.
fn rendered(object: &impl Serialize, format: Format, kind: Kind) -> io::Result<String> {
    let mut value = serde_json::to_value(object)?;
    if let Some(Value::Object(metadata)) = value.get_mut("metadata") {
        metadata.remove("managedFields");
    }
    match format {
        Format::Json => Ok(serde_json::to_string_pretty(&value)? + "\n"),
        Format::Yaml => serde_saphyr::to_string(&value).map_err(|error| io::Error::other(error.to_string())),
        Format::Name | Format::Wide => {
            let name = value.pointer("/metadata/name").or_else(|| value.pointer("/metadata/generateName"));
            let name = name.and_then(Value::as_str).unwrap_or_default();
            Ok(format!("{}.{}/{name}\n", kind.to_string().to_lowercase(), sluice_api::GROUP))
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_object_is_printed_as_kubectl_does() {
        let object = json!({"kind": "Deployment", "metadata": {"name": "prod-7", "managedFields": [{}]}});
        let table = [
            (Format::Name, "deployment.sluice.dev/prod-7\n"),
            (Format::Yaml, "kind: Deployment\nmetadata:\n  name: prod-7\n"),
            (Format::Json, "{\n  \"kind\": \"Deployment\",\n  \"metadata\": {\n    \"name\": \"prod-7\"\n  }\n}\n"),
        ];
        for (format, expected) in table {
            assert_eq!(rendered(&object, format, Kind::Deployment).unwrap(), expected);
        }
    }
}
