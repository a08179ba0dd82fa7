//! `kubectl sluice import codedeploy` and `kubectl sluice import ecs`.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use crate::arguments::{Common, Import, ImportFrom, Imports};
use crate::error::Error;
use crate::format::Format;
use crate::import::manifest::Manifest;
use crate::import::problem::{Problem, Problems};
use crate::import::source::Source;
use crate::import::{From, Imported, import};

/// Deepest folder that is looked into.
const DEEPEST: usize = 4;

/// Longest file that is read, in bytes: what AWS prints of the largest account is far below.
const LONGEST: u64 = 32 * 1024 * 1024;

/// Namespace of manifests, where none is given.
const NAMESPACE: &str = "default";

/// Name of the report, beside the manifests.
const REPORT: &str = "report.md";

/// Reads what was named, and writes manifests and report: all of it, or nothing.
pub fn run(typed: &Import, common: &Common) -> Result<ExitCode, Error> {
    let (from, Imports { paths, into, force }) = match &typed.from {
        ImportFrom::Codedeploy(imports) => (From::CodeDeploy, imports),
        ImportFrom::Ecs(imports) => (From::Ecs, imports),
    };
    if common.output.is_some_and(|format| format != Format::Yaml) {
        return Err(failed(vec![Problem::of(
            "",
            "--output",
            "manifests are written as YAML: leave it out; --into names a folder",
        )]));
    }
    let sources = sources(paths).map_err(failed)?;
    let namespace = common.namespace.as_deref().unwrap_or(NAMESPACE);
    let at = into.as_ref().map_or_else(|| "manifests.yaml".to_owned(), |folder| folder.display().to_string());
    let imported = import(from, &sources, namespace, &at).map_err(|source| Error::Import { source })?;
    if let Some(folder) = into {
        write(folder, &imported, *force).map_err(|problem| failed(vec![problem]))?;
        print(&mut io::stdout().lock(), &imported.report)?;
    } else {
        let manifests: Vec<String> = imported.manifests.iter().map(Manifest::yaml).collect();
        print(&mut io::stdout().lock(), &manifests.join("---\n"))?;
        print(&mut io::stderr().lock(), &imported.report)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn failed(problems: Vec<Problem>) -> Error {
    Error::Import { source: Problems(problems) }
}

/// A reader that has gone, such as `head`, is no failure.
fn print(to: &mut impl io::Write, text: &str) -> Result<(), Error> {
    match to.write_all(text.as_bytes()).and_then(|()| to.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(Error::Print { source: error }),
        _ => Ok(()),
    }
}

/// What is in the files that were named, and in the folders.
fn sources(paths: &[PathBuf]) -> Result<Vec<Source>, Vec<Problem>> {
    let (mut sources, mut problems) = (Vec::new(), Vec::new());
    for path in paths {
        let before = sources.len();
        if path.is_dir() {
            folder(path, 0, &mut sources, &mut problems);
            if sources.len() == before && problems.is_empty() {
                let message = "is a folder without a file: name one with what aws printed";
                problems.push(Problem::in_file(&path.display().to_string(), message));
            }
        } else {
            file(path, true, &mut sources, &mut problems);
        }
    }
    if problems.is_empty() { Ok(sources) } else { Err(problems) }
}

fn folder(path: &Path, depth: usize, sources: &mut Vec<Source>, problems: &mut Vec<Problem>) {
    let listed = fs::read_dir(path).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    let mut entries: Vec<PathBuf> = match listed {
        Ok(entries) => entries.into_iter().map(|entry| entry.path()).collect(),
        Err(error) => {
            problems.push(Problem::in_file(&path.display().to_string(), format!("failed to list the folder: {error}")));
            return;
        }
    };
    entries.sort();
    for entry in entries {
        let is_hidden = entry.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
        if is_hidden {
            continue;
        }
        if entry.is_dir() {
            if depth < DEEPEST {
                folder(&entry, depth + 1, sources, problems);
            }
        } else {
            file(&entry, false, sources, problems);
        }
    }
}

fn file(path: &Path, is_named: bool, sources: &mut Vec<Source>, problems: &mut Vec<Problem>) {
    let name = path.display().to_string();
    let read = fs::metadata(path).and_then(|about| {
        if about.len() > LONGEST {
            return Err(io::Error::other(format!("it has {} bytes, and {LONGEST} are read at most", about.len())));
        }
        fs::read(path)
    });
    match read.map(String::from_utf8) {
        Ok(Ok(text)) => {
            let folder = path.parent().map(|folder| folder.display().to_string()).unwrap_or_default();
            sources.push(Source { name, folder, text, is_named });
        }
        // An image beside the answers is none of them.
        Ok(Err(_)) if !is_named => {}
        Ok(Err(_)) => problems.push(Problem::in_file(&name, "is no text in UTF-8: print it with aws again")),
        Err(error) => problems.push(Problem::in_file(&name, format!("failed to read it: {error}"))),
    }
}

/// Writes every file into a folder of its own beside it, and puts them into place once all are there.
fn write(folder: &Path, imported: &Imported, force: bool) -> Result<(), Problem> {
    let name = folder.display().to_string();
    let mut files: Vec<(String, String)> =
        imported.manifests.iter().map(|one| (one.file.clone(), one.yaml())).collect();
    files.push((REPORT.to_owned(), imported.report.clone()));
    let there: Vec<&str> =
        files.iter().filter(|(file, _)| folder.join(file).exists()).map(|(file, _)| file.as_str()).collect();
    if !there.is_empty() && !force {
        let message =
            format!("has {} already: name another folder, or add --force to overwrite them", there.join(", "));
        return Err(Problem::of(&name, "--into", message));
    }
    let made = tempfolder(folder);
    let written = fs::create_dir_all(folder)
        .and_then(|()| fs::create_dir(&made))
        .and_then(|()| files.iter().try_for_each(|(file, text)| fs::write(made.join(file), text)))
        .and_then(|()| files.iter().try_for_each(|(file, _)| fs::rename(made.join(file), folder.join(file))));
    // What is left of it after a failure is of no use to anybody.
    let cleaned = fs::remove_dir_all(&made);
    written.and(cleaned).map_err(|error| Problem::of(&name, "--into", format!("failed to write the folder: {error}")))
}

fn tempfolder(folder: &Path) -> PathBuf {
    folder.join(format!(".import-{}", std::process::id()))
}
