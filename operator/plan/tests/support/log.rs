//! The log of a simulation: one line per change, with times relative to the beginning.

use jiff::Timestamp;
use sluice_api::DeploymentStatus;
use sluice_plan::{Note, Plan, Position};

use super::world::World;

#[derive(Clone, Debug)]
pub struct Log {
    start: Timestamp,
    /// Width of the column of weights.
    width: usize,
    lines: Vec<String>,
    last: String,
}

impl Log {
    pub fn new(start: Timestamp, routes: usize) -> Self {
        let width = routes * 7;
        let legend = "> does  . waits for  = moves on  * tells  ! happens";
        let head = format!("{:<7} {:<17} {:<width$} {legend}", "time", "position", "traffic");
        Self { start, width, lines: vec![head], last: String::new() }
    }

    /// What a reconcile did or waits for, if that differs from the last one.
    pub fn reconcile(
        &mut self,
        world: &World,
        (original, replacement): (&str, &str),
        plan: &Plan,
        status: &DeploymentStatus,
    ) {
        let position = match plan.position() {
            Position::AllowTraffic(index) => format!("AllowTraffic {}/{}", index + 1, status.steps.len()),
            Position::Event(name) => name.to_string(),
            other => format!("{other:?}"),
        };
        let traffic: Vec<String> = (0..world.routes.len())
            .map(|route| {
                format!("{}/{}", world.part(route, original).rounded(), world.part(route, replacement).rounded())
            })
            .collect();
        let text = match (&plan.action, &plan.waiting) {
            (Some(step), _) => format!("> {}", step.describe()),
            (None, Some(waiting)) => format!(". {}", self.relative(&waiting.to_string())),
            (None, None) => format!("= {}", self.relative(&status.message)),
        };
        let line = format!("{position:<17} {:<width$} {text}", traffic.join(" "), width = self.width);
        if line != self.last {
            self.lines.push(format!("{:<7} {line}", self.at(world.now)));
            self.last = line;
        }
        self.notes(&plan.notes);
    }

    /// What is told by a reconcile that may not call AWS.
    pub fn refused(&mut self, now: Timestamp, status: &DeploymentStatus, notes: &[Note]) {
        let line = format!("{:<17} {:<width$} . {}", "refused", "", self.relative(&status.message), width = self.width);
        if line != self.last {
            self.lines.push(format!("{:<7} {line}", self.at(now)));
            self.last = line;
        }
        self.notes(notes);
    }

    /// What someone did to the world.
    pub fn event(&mut self, now: Timestamp, what: &str) {
        self.lines.push(format!("{:<indent$} ! {what}", self.at(now), indent = self.width + 26));
        self.last.clear();
    }

    pub fn line(&mut self, text: &str) {
        let text = self.relative(text);
        self.lines.push(text);
    }

    pub fn text(&self) -> String {
        self.lines.iter().map(|line| line.trim_end()).collect::<Vec<_>>().join("\n")
    }

    /// What is told of a reconcile.
    pub fn notes(&mut self, notes: &[Note]) {
        for Note { reason, warning, message } in notes {
            let kind = if *warning { "Warning" } else { "Normal" };
            let (indent, message) = (self.width + 26, self.relative(message));
            self.lines.push(format!("{:<indent$} * {kind} {reason}: {message}", ""));
        }
    }

    fn at(&self, now: Timestamp) -> String {
        let seconds = now.duration_since(self.start).as_secs();
        format!("+{}:{:02}", seconds / 60, seconds % 60)
    }

    /// Clock times within a text, relative to the beginning.
    pub fn relative(&self, text: &str) -> String {
        let day = self.start.to_string()[..11].to_owned();
        let mut words = Vec::new();
        for word in text.split(' ') {
            let bare = word.trim_end_matches([',', ';', ')']);
            let clock = (bare.len() == 9).then(|| format!("{day}{bare}").parse::<Timestamp>().ok()).flatten();
            words.push(clock.map_or_else(|| word.to_owned(), |at| format!("{}{}", self.at(at), &word[bare.len()..])));
        }
        words.join(" ")
    }
}
