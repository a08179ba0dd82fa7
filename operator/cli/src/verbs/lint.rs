//! `kubectl sluice lint`.

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use serde::Serialize;

use crate::arguments::{Common, LintArguments};
use crate::error::Error;
use crate::format::Format;
use crate::lint::{File, LONGEST_FILE, Planned, Report, checked, plans, plans_text, report_text};
use crate::output::write;

/// Endings of files of manifests, in folders.
const ENDINGS: [&str; 3] = ["yaml", "yml", "json"];

/// Most files that are read at once.
const MOST_FILES: usize = 10_000;

/// Checks files, and says so in the exit code: 1 where there are errors.
pub fn run(common: &Common, arguments: &LintArguments) -> Result<ExitCode, Error> {
    let mut files = Vec::new();
    for path in &arguments.files {
        collect(path, &mut files)?;
    }
    let (report, known) = checked(&files);
    if report.checked == 0 && report.findings.is_empty() {
        return Err(Error::NothingToCheck { passed_over: report.passed_over });
    }
    let plans = if arguments.plan { plans(&known, arguments.revision.as_deref()) } else { Vec::new() };
    let text = match common.output {
        Some(Format::Json) => {
            let told = Told { report: &report, plans: &plans };
            serde_json::to_string_pretty(&told).map_err(|source| Error::Report { source })? + "\n"
        }
        _ if arguments.plan => {
            let left_out =
                if report.errors() == 0 { "" } else { "What has errors is not planned: correct it first.\n" };
            format!("{}\n{}{left_out}", report_text(&report), plans_text(&plans))
        }
        _ => report_text(&report),
    };
    write(&text)?;
    Ok(if report.errors() == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Both, as JSON.
#[derive(Serialize)]
struct Told<'a> {
    #[serde(flatten)]
    report: &'a Report,
    #[serde(skip_serializing_if = "<[Planned]>::is_empty")]
    plans: &'a [Planned],
}

/// A file, the standard input, or the files of a folder and those below it. What a folder names by a dot is not looked at,
/// and no link to a folder is followed.
fn collect(path: &Path, files: &mut Vec<File>) -> Result<(), Error> {
    let failed = |source| Error::Read { path: path.to_owned(), source };
    if path == Path::new("-") {
        files.push(File { name: "-".to_owned(), bytes: read(io::stdin()).map_err(failed)? });
    } else if fs::metadata(path).map_err(failed)?.is_dir() {
        for entry in entries(path).map_err(failed)? {
            if files.len() >= MOST_FILES {
                let source = io::Error::other(format!("there are more than {MOST_FILES} files: name a folder in it"));
                return Err(failed(source));
            }
            collect(&entry, files)?;
        }
    } else {
        let bytes = fs::File::open(path).and_then(read).map_err(failed)?;
        files.push(File { name: path.display().to_string(), bytes });
    }
    Ok(())
}

/// One byte more than is checked at most, so that it is told.
pub(super) fn read(source: impl Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let most = u64::try_from(LONGEST_FILE).unwrap_or(u64::MAX).saturating_add(1);
    source.take(most).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn entries(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let (kind, path) = (entry.file_type()?, entry.path());
        let is_hidden = entry.file_name().to_string_lossy().starts_with('.');
        let is_named = path.extension().is_some_and(|ending| ENDINGS.iter().any(|known| ending == *known));
        if !is_hidden && (kind.is_dir() || (is_named && path.is_file())) {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}
