//! The table, and the machine that it was made on.

use std::collections::BTreeMap;
use std::fs::read_to_string;

use serde::Serialize;

use crate::measure::approximate;
use crate::trial::Figures;

/// Where the figures come from.
#[derive(Debug, Serialize)]
pub struct Machine {
    pub cores: usize,
    pub processor: String,
    pub memory_gibibytes: u64,
    pub profile: &'static str,
}

impl Machine {
    /// This one.
    pub fn this() -> Self {
        let field = |file: &str, name: &str| {
            let text = read_to_string(file).unwrap_or_default();
            let value = text.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default();
            value.trim_start_matches([':', ' ', '\t']).to_owned()
        };
        let kibibytes = field("/proc/meminfo", "MemTotal").split_whitespace().next().and_then(|text| text.parse().ok());
        Self {
            cores: std::thread::available_parallelism().map_or(1, usize::from),
            processor: field("/proc/cpuinfo", "model name"),
            memory_gibibytes: kibibytes.map_or(0, |kibibytes: u64| kibibytes / 1024 / 1024),
            profile: if cfg!(debug_assertions) { "debug" } else { "release" },
        }
    }

    /// In one line.
    pub fn line(&self) -> String {
        let Self { cores, processor, memory_gibibytes, profile } = self;
        format!("{cores} cores ({processor}), {memory_gibibytes} GiB, {profile} build")
    }
}

/// Processes that wanted to run, on average over the last minute.
pub fn load_average() -> String {
    let text = read_to_string("/proc/loadavg").unwrap_or_default();
    text.split_whitespace().next().unwrap_or("unknown").to_owned()
}

const HEAD: [&str; 15] = [
    "strategy",
    "limits",
    "canaries",
    "AWS reads",
    "AWS writes",
    "K8s writes",
    "status+event+object+finalizer",
    "throttled",
    "late p50",
    "late p99",
    "shift p50/p99 (ideal)",
    "CPU s",
    "peak MiB",
    "wall s",
    "lost",
];

/// The table, as Markdown that is aligned too.
pub fn table(trials: &[Figures]) -> String {
    let rows: Vec<[String; 15]> = trials.iter().map(row).collect();
    let width = |column: usize| {
        rows.iter().map(|row| row[column].chars().count()).chain([HEAD[column].len()]).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..HEAD.len()).map(width).collect();
    let line = |cells: &[String]| {
        let padded: Vec<String> = cells.iter().zip(&widths).map(|(cell, width)| format!(" {cell:>width$} ")).collect();
        format!("|{}|", padded.join("|"))
    };
    let rule: Vec<String> = widths.iter().map(|width| format!("{}:", "-".repeat(width - 1))).collect();
    let mut lines = vec![line(&HEAD.map(str::to_owned)), line(&rule)];
    lines.extend(rows.iter().map(|row| line(row)));
    lines.join("\n")
}

fn row(trial: &Figures) -> [String; 15] {
    let kinds: Vec<String> = trial.kubernetes_writes_by_kind.iter().map(|count| figure(*count)).collect();
    [
        trial.strategy.to_owned(),
        trial.limits.to_owned(),
        trial.canaries.to_string(),
        figure(trial.aws_reads),
        figure(trial.aws_writes),
        figure(trial.kubernetes_writes),
        kinds.join("+"),
        figure(trial.throttled),
        format!("{} ms", trial.late_p50_millis),
        format!("{} ms", trial.late_p99_millis),
        format!(
            "{}/{} ({}) s",
            seconds(trial.shift_p50_millis),
            seconds(trial.shift_p99_millis),
            seconds(trial.shift_ideal_millis)
        ),
        format!("{:.2}", trial.operator.cpu_seconds),
        format!("{:.0}", trial.operator.peak_mebibytes),
        format!("{:.0}", trial.wall_seconds),
        trial.requests_lost.to_string(),
    ]
}

/// The operator's requests to the API server, of each trial by verb and kind: of all releases, and of one.
pub fn requests(trials: &[Figures]) -> String {
    let mut lines = vec!["Requests of the operator to the API server, by verb and kind (and per release):".to_owned()];
    for trial in trials {
        let head = format!("{} at a time, limits {}:", trial.canaries, trial.limits);
        lines.push(format!("  {head} {}", counts(&trial.kubernetes_requests, trial.canaries)));
        if let Some(idle) = &trial.idle {
            let asked = counts(&idle.kubernetes_requests, 1);
            lines.push(format!(
                "    {} s in which nothing happened: {:.2} CPU s, {asked}",
                idle.seconds, idle.cpu_seconds
            ));
        }
    }
    lines.join("\n")
}

fn counts(requests: &BTreeMap<String, u64>, releases: usize) -> String {
    if requests.is_empty() {
        return "none".to_owned();
    }
    let per = |count: u64| if releases == 1 { String::new() } else { format!(" ({})", figure(per(count, releases))) };
    let each: Vec<String> = requests.iter().map(|(what, count)| format!("{what} {count}{}", per(*count))).collect();
    each.join(", ")
}

fn per(count: u64, releases: usize) -> f64 {
    approximate(count) / approximate(releases as u64)
}

fn seconds(millis: i128) -> String {
    format!("{}.{}", millis / 1000, millis % 1000 / 100)
}

/// Whole where it is whole.
fn figure(number: f64) -> String {
    // A sum of nothing is -0.
    let text = format!("{:.1}", number + 0.0);
    text.strip_suffix(".0").map_or_else(|| text.clone(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_figures_are_written_whole() {
        assert_eq!([8.0, 8.04, 8.26, -0.0].map(figure), ["8", "8", "8.3", "0"]);
    }

    #[test]
    fn this_machine_has_a_core() {
        assert!(Machine::this().cores >= 1);
    }
}
