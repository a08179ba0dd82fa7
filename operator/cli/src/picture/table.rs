//! Everything in a namespace, or in all of them: Applications, groups, and their current Deployments.

use kube::ResourceExt;
use sluice_api::{Application, StatusWord};

use super::application;
use super::group;
use super::says::without_commands;
use super::sections::{Picture, Section, heading};
use super::seen::{Frame, Seen};
use super::text::{Line, Tone, columns};
use super::time::age;
use super::words::{self, word_of};

/// A table for each kind of which there is something. `namespaces`: whether each row names its own.
#[must_use]
pub fn picture(seen: &Seen, namespaces: bool, frame: &Frame) -> Picture {
    let table = Table { namespaces, frame };
    Picture(vec![table.applications(&seen.applications), table.groups(seen), table.deployments(seen)])
}

struct Table<'a> {
    namespaces: bool,
    frame: &'a Frame,
}

impl Table<'_> {
    fn applications(&self, applications: &[Application]) -> Section {
        let rows = applications.iter().map(|one| {
            let status = one.status.as_ref();
            let summary = status.and_then(|status| status.summary.clone()).unwrap_or_default();
            let ready = status.and_then(|status| status.conditions.iter().find(|one| one.type_ == "Ready"));
            let mut cells = self.first(one, application::word(one));
            cells.extend([summary.desired, summary.serving].iter().map(Line::plain));
            cells.extend(self.last(one, ready.map(|ready| ready.message.as_str())));
            cells
        });
        self.section(&["APPLICATION", "STATUS", "DESIRED", "SERVING", "AGE"], rows.collect())
    }

    fn groups(&self, seen: &Seen) -> Section {
        let all = seen.current();
        let rows = seen.groups.iter().map(|one| {
            let current = all.get(&(one.metadata.namespace.as_deref(), one.name_any().as_str())).copied();
            let status = one.status.clone().unwrap_or_default();
            let mut summary = status.summary.unwrap_or_default();
            let released = group::released(one, current).and_then(|one| one.status.as_ref()?.summary.clone());
            if let Some(newer) = released {
                (summary.step, summary.weight) = (newer.step, newer.weight);
            }
            let mut cells = self.first(one, group::word_of(one, current));
            cells.extend([summary.desired, summary.serving, summary.step, summary.weight].iter().map(Line::plain));
            cells.push(Line::of(words::health(status.health).tone(), status.health.as_str()));
            cells.extend(self.last(one, Some(&status.message)));
            cells
        });
        self.section(&["GROUP", "STATUS", "DESIRED", "SERVING", "STEP", "WEIGHT", "HEALTH", "AGE"], rows.collect())
    }

    fn deployments(&self, seen: &Seen) -> Section {
        let rows = seen.current().into_values().map(|one| {
            let status = one.status.as_ref();
            let summary = status.and_then(|status| status.summary.clone()).unwrap_or_default();
            let mut cells = self.first(one, word_of(status));
            cells.extend([one.revision_name(), &one.spec.group_ref, &summary.step, &summary.weight].map(Line::plain));
            cells.extend(self.last(one, status.map(|status| status.message.as_str())));
            cells
        });
        self.section(&["DEPLOYMENT", "STATUS", "REVISION", "GROUP", "STEP", "WEIGHT", "AGE"], rows.collect())
    }

    fn section(&self, headings: &[&str], rows: Vec<Vec<Line>>) -> Section {
        if rows.is_empty() {
            return Section::default();
        }
        let namespace = self.namespaces.then_some("NAMESPACE");
        let message = self.frame.wide.then_some("MESSAGE");
        let all: Vec<&str> = namespace.into_iter().chain(headings.iter().copied()).chain(message).collect();
        let cells: Vec<Vec<Line>> = std::iter::once(heading(&all)).chain(rows).collect();
        Section::of(0, columns(&cells))
    }

    fn first(&self, object: &impl ResourceExt, word: StatusWord) -> Vec<Line> {
        let namespace = self.namespaces.then(|| Line::plain(object.namespace().unwrap_or_default()));
        let own = [Line::of(Tone::Strong, object.name_any()), words::status(word).with(word.as_str())];
        namespace.into_iter().chain(own).collect()
    }

    fn last(&self, object: &impl ResourceExt, message: Option<&str>) -> Vec<Line> {
        let age = object.creation_timestamp().map(|at| age(at.0, self.frame.now)).unwrap_or_default();
        let message = self.frame.wide.then(|| Line::of(Tone::Faint, without_commands(message.unwrap_or_default())));
        std::iter::once(Line::of(Tone::Faint, age)).chain(message).collect()
    }
}
