//! `kubectl sluice diff`.

use std::path::Path;
use std::process::ExitCode;
use std::{fs, io};

use crate::arguments::{Common, DiffArguments};
use crate::cluster::Cluster;
use crate::diff::{Definition, commands, rows, text};
use crate::error::Error;
use crate::format::Format;
use crate::kind::Kind;
use crate::look::{Found, find};
use crate::output::write;

use super::lint::read;

/// Compares two task definitions, or says how to get those of a Deployment.
pub async fn run(common: &Common, arguments: &DiffArguments) -> Result<ExitCode, Error> {
    let told = match arguments.words.as_slice() {
        [old, new] => {
            if old == new && old.as_os_str() == "-" {
                return Err(failed(old, "the standard input is one of the two: write the other to a file"));
            }
            let (old, new) = (definition(old)?, definition(new)?);
            match common.output {
                Some(Format::Json) => {
                    serde_json::to_string_pretty(&rows(&old, &new)).map_err(|source| Error::Report { source })? + "\n"
                }
                Some(Format::Yaml) => serde_saphyr::to_string(&rows(&old, &new)).unwrap_or_default(),
                _ => text(&old, &new),
            }
        }
        words => {
            let name = words.first().map(|word| word.to_string_lossy().into_owned()).unwrap_or_default();
            let cluster = Cluster::of(common).await?;
            match find(&cluster, Some(Kind::Deployment), &name, "diff").await? {
                Found::Deployment(deployment) => commands(&name, deployment.status.as_ref()),
                Found::Application(_) | Found::Group(_) => String::new(),
            }
        }
    };
    write(&told)?;
    Ok(ExitCode::SUCCESS)
}

fn definition(path: &Path) -> Result<Definition, Error> {
    let bytes = if path.as_os_str() == "-" { read(io::stdin()) } else { fs::File::open(path).and_then(read) };
    let bytes = bytes.map_err(|source| Error::Read { path: path.to_owned(), source })?;
    let text = std::str::from_utf8(&bytes).map_err(|_| failed(path, "it is not UTF-8"))?;
    Definition::read(text).map_err(|problem| failed(path, &crate::error::chain(&problem)))
}

fn failed(path: &Path, why: &str) -> Error {
    Error::Definition { path: path.to_owned(), why: why.to_owned() }
}
