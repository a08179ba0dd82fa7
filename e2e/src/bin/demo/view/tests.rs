//! The view of moments that were seen, as golden text. `UPDATE_GOLDEN=1` writes it anew.

use std::path::PathBuf;

use jiff::SignedDuration;
use serde_json::Value;

use super::{Size, frame};
use crate::changes::changes;
use crate::snapshot::Snapshot;
use crate::watcher::event_about;

/// A moment of a real run.
pub fn sample(name: &str, title: &str) -> Snapshot {
    let text = std::fs::read_to_string(folder().join("samples").join(format!("{name}.json"))).unwrap();
    let mut value: Value = serde_json::from_str(&text).unwrap();
    let now = value["now"].as_str().unwrap().parse().unwrap();
    let deployment = value["deployment"]["metadata"]["name"].as_str().unwrap().to_owned();
    let events = value["events"].as_array().unwrap().iter().filter_map(|event| event_about(event, &deployment));
    Snapshot {
        title: title.to_owned(),
        began: now - SignedDuration::from_secs(12),
        now,
        events: events.collect(),
        deployment: Some(serde_json::from_value(value["deployment"].take()).unwrap()),
        aws: serde_json::from_value(value["state"].take()).unwrap(),
        traffic: serde_json::from_value(value["traffic"].take()).unwrap(),
        before: [].into(),
    }
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src/bin/demo/view")
}

fn text(seen: &Snapshot, width: usize, height: usize) -> String {
    let lines = frame(seen, Size { width, height });
    assert!(lines.len() <= height, "{} lines do not fit into {height}", lines.len());
    assert!(lines.iter().all(|line| line.width() <= width), "a line is wider than {width}");
    let painted: Vec<String> = lines.iter().map(|line| line.paint(false)).collect();
    painted.join("\n") + "\n"
}

fn assert_golden(name: &str, text: &str) {
    let path = folder().join("golden").join(name);
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, text).unwrap();
    }
    assert_eq!(text, std::fs::read_to_string(&path).unwrap_or_default(), "{name}; UPDATE_GOLDEN=1 writes it anew");
}

#[test]
fn a_linear_release_that_holds() {
    assert_golden("holding.txt", &text(&sample("holding", "1 of 2: a linear release of shop:42"), 79, 23));
}

#[test]
fn a_release_whose_traffic_has_moved() {
    assert_golden("baking.txt", &text(&sample("baking", "1 of 2: a linear release of shop:42"), 79, 23));
}

#[test]
fn a_canary_that_is_rolled_back() {
    let seen = sample("rolling-back", "2 of 2: a canary of shop:43, which turns bad");
    assert_golden("rolling-back.txt", &text(&seen, 79, 23));
}

#[test]
fn a_narrow_and_low_terminal_shows_the_step_in_progress() {
    let seen = sample("holding", "1 of 2: a linear release of shop:42");
    assert_golden("narrow.txt", &text(&seen, 44, 12));
}

#[test]
fn before_the_deployment_is_there() {
    let seen = Snapshot { title: "1 of 2: a linear release of shop:42".to_owned(), ..Snapshot::default() };
    assert_golden("nothing-yet.txt", &text(&seen, 79, 23));
}

#[test]
fn every_size_is_kept() {
    for name in ["holding", "baking", "rolling-back"] {
        let seen = sample(name, "1 of 2");
        for (width, height) in (20..120).step_by(7).flat_map(|width| (6..40).map(move |height| (width, height))) {
            text(&seen, width, height);
        }
    }
}

#[test]
fn colours_paint_and_change_no_text() {
    let seen = sample("rolling-back", "2 of 2");
    for line in frame(&seen, Size { width: 79, height: 23 }) {
        let painted = line.paint(true);
        let mut plain = String::new();
        for piece in painted.split('\x1b') {
            plain.push_str(piece.split_once('m').filter(|_| piece.starts_with('[')).map_or(piece, |(_, rest)| rest));
        }
        assert_eq!(plain.trim_end(), line.paint(false));
    }
}

#[test]
fn in_a_pipe_a_change_is_a_line_and_no_change_is_none() {
    let holding = sample("holding", "");
    let first = changes(None, &holding).join("\n");
    let rolling_back = sample("rolling-back", "");
    let back = changes(Some(&holding), &rolling_back).join("\n");
    assert_golden("lines.txt", &format!("{first}\n\n{back}\n"));
    assert_eq!(changes(Some(&holding), &holding), Vec::<String>::new());
    assert!(!first.contains('\x1b'));
}
