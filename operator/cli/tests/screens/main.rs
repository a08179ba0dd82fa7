//! Golden screens: what `get` and `watch` show in each situation, in 80 and in 160 columns. The statuses are made by the real
//! planner, in the simulations that its own tests run. `UPDATE_GOLDEN=1` writes the screens anew.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on must stop")]

mod failures;
mod groups;
mod positions;
mod scene;
// The planner's own simulations.
#[allow(
    dead_code,
    unused_imports,
    missing_docs,
    clippy::expect_used,
    reason = "the planner's tests use the rest of it"
)]
#[path = "../../../plan/tests/support/mod.rs"]
mod support;
mod waits;

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::LazyLock;

use clap::Parser as _;
use scene::Screen;
use sluice_cli::arguments::Plugin;
use sluice_cli::picture::{Picture, Seen, acts};

/// Narrow, and wide.
const WIDTHS: [usize; 2] = [80, 160];

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/screens")
}

/// Each situation, simulated once for all tests.
static ALL: LazyLock<Vec<Screen>> =
    LazyLock::new(|| [positions::all(), waits::all(), failures::all(), groups::all()].into_iter().flatten().collect());

/// A situation at each width, below a line that says what it is.
fn text(screen: &Screen) -> String {
    let drawn = WIDTHS.map(|width| {
        let picture = screen.picture(width);
        for line in picture.lines(width) {
            assert!(line.width() <= width, "{}: {:?} is wider than {width}", screen.name, line.paint(false));
        }
        format!("{:=<width$}\n{}", format!("== {width} columns "), picture.text(width))
    });
    format!("{}\n\n{}", screen.what, drawn.join("\n"))
}

#[test]
fn each_situation_has_its_screen() {
    assert!(ALL.len() >= 40, "{}", ALL.len());
    let update = std::env::var_os("UPDATE_GOLDEN").is_some();
    let mut names = BTreeSet::new();
    let mut differ = Vec::new();
    for screen in ALL.iter() {
        let (path, text) = (folder().join(format!("{}.txt", screen.name)), text(screen));
        assert!(names.insert(format!("{}.txt", screen.name)), "{} is there twice", screen.name);
        if update {
            std::fs::write(&path, &text).unwrap();
        }
        if std::fs::read_to_string(&path).unwrap_or_default() != text {
            differ.push(format!("----- {}\n{text}", screen.name));
        }
    }
    let kept: Vec<String> =
        std::fs::read_dir(folder()).unwrap().map(|one| one.unwrap().file_name().into_string().unwrap()).collect();
    let stale: Vec<&String> = kept.iter().filter(|name| name.contains(".txt") && !names.contains(*name)).collect();
    assert!(stale.is_empty(), "of no situation any more: {stale:?}");
    assert!(differ.is_empty(), "UPDATE_GOLDEN=1 writes them anew\n{}", differ.join("\n"));
}

/// Whatever a picture tells to type is a command of the plugin.
#[test]
fn what_is_told_to_type_can_be_typed() {
    for screen in ALL.iter() {
        let frame = screen.frame(160);
        for act in screen.seen.deployments.iter().flat_map(|deployment| acts(deployment, &frame)) {
            let words = act.command.strip_prefix("kubectl ").unwrap().split(' ');
            let typed = Plugin::try_parse_from(words);
            assert!(typed.is_ok(), "{}: {}: {}", screen.name, act.command, typed.unwrap_err());
        }
    }
}

/// What README shows is one of the screens.
#[test]
fn the_screen_in_the_readme_is_one_of_these() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../README.md");
    let readme = std::fs::read_to_string(&path).unwrap();
    let (before, rest) = readme.split_once("<!-- screen: ").unwrap();
    let (head, rest) = rest.split_once("-->\n").unwrap();
    let (shown, after) = rest.split_once("<!-- /screen -->").unwrap();
    let name = head.split(',').next().unwrap();
    let screen = ALL.iter().find(|screen| screen.name == name).unwrap();
    let expected = format!("```text\n{}```\n", screen.picture(WIDTHS[0]).text(WIDTHS[0]));
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, format!("{before}<!-- screen: {head}-->\n{expected}<!-- /screen -->{after}")).unwrap();
        return;
    }
    assert_eq!(shown, expected, "UPDATE_GOLDEN=1 writes it anew");
}

#[test]
fn every_size_is_kept_and_the_step_in_progress_is_seen() {
    for screen in ALL.iter() {
        for (width, height) in [(20, 6), (40, 12), (79, 23), (120, 40), (200, 60)] {
            let lines = screen.picture(width).fitted(width, height);
            assert!(lines.len() <= height, "{}: {} lines in {height}", screen.name, lines.len());
            assert!(lines.iter().all(|line| line.width() <= width), "{} at {width}", screen.name);
        }
    }
}

/// Colours add nothing to the text and take nothing from it.
#[test]
fn colours_paint_and_change_no_text() {
    for screen in ALL.iter() {
        for line in screen.picture(80).lines(80) {
            let mut plain = String::new();
            for piece in line.paint(true).split('\x1b') {
                plain
                    .push_str(piece.split_once('m').filter(|_| piece.starts_with('[')).map_or(piece, |(_, rest)| rest));
            }
            assert_eq!(plain.trim_end(), line.paint(false));
        }
    }
}

/// What a terminal would obey is blanked, whoever wrote it, and what is long is cut.
#[test]
fn hostile_text_is_shown_as_text() {
    for screen in ALL.iter().filter(|screen| ["holding", "crashing", "group-in-progress"].contains(&screen.name)) {
        let hostile = "\u{1b}]0;mine\u{7}\u{1b}[2J\r\n日本語\u{202e}".repeat(40);
        let mut seen: Seen = screen.seen.clone();
        for deployment in &mut seen.deployments {
            let status = deployment.status.as_mut().unwrap();
            status.message.clone_from(&hostile);
            status.reason.clone_from(&hostile);
            if let Some(failure) = &mut status.failure {
                failure.message.clone_from(&hostile);
                failure.hint.clone_from(&hostile);
            }
            for set in status.original.iter_mut().chain(&mut status.replacement) {
                set.task_definition.clone_from(&hostile);
            }
        }
        seen.events.iter_mut().for_each(|event| event.message.clone_from(&hostile));
        seen.groups
            .iter_mut()
            .filter_map(|group| group.status.as_mut())
            .for_each(|status| status.message.clone_from(&hostile));
        for width in [20, 80, 160] {
            let picture: Picture = Screen { seen: seen.clone(), ..screen.clone() }.picture(width);
            for line in picture.lines(width) {
                let shown = line.paint(false);
                assert!(!shown.chars().any(|one| one.is_control() || one == '\u{202e}'), "{shown:?}");
                assert!(line.width() <= width, "{shown:?} is wider than {width}");
            }
        }
    }
}
