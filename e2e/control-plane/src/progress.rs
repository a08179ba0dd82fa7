//! What a person reads while programs are built: what, how long it takes as a rule, and how far it is.

use std::fs;
use std::path::{Path, PathBuf};
use std::thread::available_parallelism;
use std::time::{Duration, Instant};

use crate::error::{Error, Result};
use crate::programs::Program;

/// How often a build that takes long says how far it is.
const HEARTBEAT: Duration = Duration::from_secs(30);

/// A build on its way.
pub(crate) struct Progress {
    wanted: Vec<Program>,
    built: Vec<Program>,
    packages: usize,
    began: Instant,
    heartbeats: u32,
    times: PathBuf,
}

impl Progress {
    /// Begins, and says so. `times` is the file in which builds leave how long they took.
    pub(crate) fn begin(wanted: &[Program], times: &Path) -> Self {
        let known = fs::read_to_string(times).unwrap_or_default();
        let cores = available_parallelism().map_or(1, |cores| cores.get() as u64);
        let expected = match last_time(&known, wanted) {
            Some(seconds) => format!("{} the last time", spoken(seconds)),
            None => format!("about {} the first time", minutes(rough_seconds(wanted, cores))),
        };
        eprintln!("control-plane: building {} ({expected}); first their sources are fetched", names(wanted));
        Self {
            wanted: wanted.to_vec(),
            built: Vec::new(),
            packages: 0,
            began: Instant::now(),
            heartbeats: 1,
            times: times.to_owned(),
        }
    }

    /// The sources are there: so many packages.
    pub(crate) fn compiling(&mut self, packages: usize) {
        self.packages = packages;
        eprintln!("control-plane: compiling {packages} Go packages; what Go has in its cache it takes from there");
    }

    /// Says which programs have appeared, and now and then how far the rest is.
    pub(crate) fn look(&mut self, is_there: impl Fn(Program) -> bool, compiled: impl FnOnce() -> usize) {
        let elapsed = self.began.elapsed();
        for program in self.wanted.clone() {
            if !self.built.contains(&program) && is_there(program) {
                eprintln!("control-plane: built {} after {}", program.name(), spoken(elapsed.as_secs()));
                self.built.push(program);
            }
        }
        if elapsed >= HEARTBEAT * self.heartbeats {
            self.heartbeats += 1;
            let left: Vec<Program> = self.wanted.iter().copied().filter(|it| !self.built.contains(it)).collect();
            eprintln!(
                "control-plane: building {} for {}: {} of {} packages compiled",
                names(&left),
                spoken(elapsed.as_secs()),
                compiled(),
                self.packages
            );
        }
    }

    /// All are there: says so, and leaves how long it took for the next time.
    pub(crate) fn finish(self) -> Result<()> {
        let seconds = self.began.elapsed().as_secs();
        eprintln!("control-plane: built {} in {}", names(&self.wanted), spoken(seconds));
        let known = fs::read_to_string(&self.times).unwrap_or_default();
        let times = with_time(&known, &self.wanted, seconds);
        fs::write(&self.times, times).map_err(Error::io(format!("write {}", self.times.display())))
    }
}

/// Names of programs, as a sentence has them.
pub(crate) fn names(programs: &[Program]) -> String {
    match programs {
        [] => String::new(),
        [one] => one.name().to_owned(),
        [first @ .., last] => {
            let first: Vec<&str> = first.iter().map(|program| program.name()).collect();
            format!("{} and {}", first.join(", "), last.name())
        }
    }
}

/// How a set of programs is called in the file of times: a line is `NAME+NAME SECONDS`.
fn key(programs: &[Program]) -> String {
    programs.iter().map(|program| program.name()).collect::<Vec<_>>().join("+")
}

fn last_time(times: &str, programs: &[Program]) -> Option<u64> {
    let key = key(programs);
    let lines = times.lines().filter_map(|line| line.split_once(' '));
    lines.filter(|(name, _)| *name == key).find_map(|(_, seconds)| seconds.parse().ok())
}

fn with_time(times: &str, programs: &[Program], seconds: u64) -> String {
    let key = key(programs);
    let others = times.lines().filter(|line| line.split_once(' ').is_some_and(|(name, _)| name != key));
    let mut lines: Vec<String> = others.map(str::to_owned).collect();
    lines.push(format!("{key} {seconds}\n"));
    lines.join("\n")
}

/// Rough, because nobody knows how fast the machine and its network are.
fn rough_seconds(programs: &[Program], cores: u64) -> u64 {
    programs.iter().map(|program| program.rough_cost()).sum::<u64>() / cores.clamp(1, 8)
}

fn minutes(seconds: u64) -> String {
    match seconds.div_ceil(60) {
        0 | 1 => "a minute".to_owned(),
        minutes => format!("{minutes} minutes"),
    }
}

fn spoken(seconds: u64) -> String {
    if seconds < 60 { format!("{seconds} s") } else { format!("{} min {} s", seconds / 60, seconds % 60) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_of_a_build_is_found_again_by_what_was_built() {
        let times = with_time("", &Program::OF_A_CONTROL_PLANE, 201);
        let times = with_time(&times, &[Program::Helm], 9);
        let times = with_time(&times, &Program::OF_A_CONTROL_PLANE, 190);
        assert_eq!(times, "helm 9\netcd+kube-apiserver+kubectl 190\n");
        assert_eq!(last_time(&times, &Program::OF_A_CONTROL_PLANE), Some(190));
        assert_eq!(last_time(&times, &[Program::Helm]), Some(9));
        assert_eq!(last_time(&times, &[Program::Etcd]), None);
        assert_eq!(last_time("helm soon\nrubbish", &[Program::Helm]), None);
    }

    #[test]
    fn a_first_build_has_a_rough_figure() {
        assert_eq!(minutes(rough_seconds(&[Program::Helm], 2)), "a minute");
        let whole = rough_seconds(&Program::ALL, 2);
        assert!((120..400).contains(&whole), "{whole}");
        assert!(rough_seconds(&Program::ALL, 1) > whole);
    }

    #[test]
    fn durations_are_said_in_minutes_and_seconds() {
        assert_eq!([spoken(59), spoken(60), spoken(201)], ["59 s", "1 min 0 s", "3 min 21 s"]);
    }

    #[test]
    fn programs_are_named_as_a_sentence_has_them() {
        assert_eq!(names(&[Program::Helm]), "helm");
        assert_eq!(names(&Program::OF_A_CONTROL_PLANE), "etcd, kube-apiserver and kubectl");
    }
}
