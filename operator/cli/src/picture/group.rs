//! A group: what it releases, what serves, its current release, what waits, and what was.

use kube::ResourceExt;
use sluice_api::{Deployment, DeploymentGroup, DeploymentGroupStatus, StatusWord};

use super::says::without_commands;
use super::sections::{Picture, Section, heading, row};
use super::seen::{Frame, Seen, full_name};
use super::text::{Line, Tone, columns};
use super::time::{age, left};
use super::{deployment, failure, words};

/// Most ended Deployments in a narrow picture, and in a wide one.
const MOST: [usize; 2] = [5, 10];

/// All of a group, and the Deployment that is current.
#[must_use]
pub fn picture(seen: &Seen, group: &DeploymentGroup, frame: &Frame) -> Picture {
    let name = group.name_any();
    let current = seen.current_of(&name);
    let mut sections = vec![head(group, current, frame)];
    match current {
        Some(current) => sections.extend(deployment::picture(seen, current, frame).0),
        None => sections.push(failure::drift(Some(group), frame)),
    }
    sections.push(history(group, frame));
    Picture(sections)
}

/// The word of a group, as its column has it. While its release goes on it is that of the Deployment, which the group's own
/// record follows at a distance: two words for one release would be one too many.
#[must_use]
pub fn word_of(group: &DeploymentGroup, current: Option<&Deployment>) -> StatusWord {
    let own = group.status.as_ref().and_then(|status| Some(status.summary.as_ref()?.status)).unwrap_or_default();
    released(group, current).map_or(own, |one| words::word_of(one.status.as_ref()))
}

/// The Deployment of a group's release, while both say that it goes on.
#[must_use]
pub fn released<'a>(group: &DeploymentGroup, current: Option<&'a Deployment>) -> Option<&'a Deployment> {
    let status = group.status.as_ref()?;
    let current = current.filter(|one| one.metadata.name == status.current)?;
    let both = [status.summary.as_ref()?.status, words::word_of(current.status.as_ref())];
    both.into_iter().all(goes_on).then_some(current)
}

const fn goes_on(word: StatusWord) -> bool {
    matches!(
        word,
        StatusWord::Installing
            | StatusWord::Shifting
            | StatusWord::Holding
            | StatusWord::Waiting
            | StatusWord::Paused
            | StatusWord::Baking
            | StatusWord::Finishing
            | StatusWord::RollingBack
    )
}

fn head(group: &DeploymentGroup, current: Option<&Deployment>, frame: &Frame) -> Section {
    let width = frame.width;
    let word = word_of(group, current);
    let title = Line::of(Tone::Faint, "DeploymentGroup ").and(Tone::Strong, full_name(group)).and(Tone::Plain, "  ");
    let title = title.then(words::status(word).with(word.as_str()));
    let Some(status) = &group.status else {
        let says = Line::plain("the operator has not looked at it yet");
        return Section::of(0, std::iter::once(title).chain(row("Says", &says, width, 2)).collect());
    };
    let right = words::health(status.health).with(status.health.as_str());
    let mut lines = vec![title.with_right(width, right).cut(width)];
    let mut say = |label: &str, text: &str| {
        if !text.is_empty() {
            lines.extend(row(label, &Line::plain(text), width, 4));
        }
    };
    say("Says", &without_commands(&status.message));
    let summary = status.summary.as_ref();
    say("Desired", summary.map(|summary| summary.desired.as_str()).unwrap_or_default());
    say("Serving", summary.map(|summary| summary.serving.as_str()).unwrap_or_default());
    say("Strategy", status.strategy.as_deref().unwrap_or_default());
    say("Service", &service(group, status));
    say(
        "Held",
        &status
            .held_revision
            .as_ref()
            .map(|held| format!("{held} is not released again by itself"))
            .unwrap_or_default(),
    );
    say(
        "Soak",
        &status
            .soak
            .as_ref()
            .map(|soak| match soak.passed_at {
                Some(_) => format!("{} has run in good health for long enough", soak.revision),
                None => format!("{} runs in good health until {}", soak.revision, left(soak.until, frame.now)),
            })
            .unwrap_or_default(),
    );
    say("Waiting", &status.queue.join(", "));
    if group.spec.suspend {
        say("Suspended", "nothing begins until spec.suspend is taken away");
    }
    Section::of(0, lines)
}

/// Which service, of which Application, and where it is reached.
fn service(group: &DeploymentGroup, status: &DeploymentGroupStatus) -> String {
    let ecs = &group.spec.ecs;
    let url = status.service.as_ref().and_then(|service| service.url.as_deref());
    let url = url.map(|url| format!(" at {url}")).unwrap_or_default();
    format!("{}/{}{url}, application {}", ecs.cluster, ecs.service, group.spec.application_ref)
}

fn history(group: &DeploymentGroup, frame: &Frame) -> Section {
    let records = group.status.as_ref().map(|status| status.history.as_slice()).unwrap_or_default();
    if records.is_empty() {
        return Section::default();
    }
    let mut cells = vec![heading(&["HISTORY", "REVISION", "ENDED", "TOOK", "AGO", "IN PLACE OF"])];
    cells.extend(records.iter().take(MOST[usize::from(frame.wide)]).map(|record| {
        let state = record.reason.clone().unwrap_or_else(|| record.state.to_string());
        let is_good = record.state == sluice_api::State::Succeeded;
        vec![
            Line::plain(&record.deployment),
            Line::plain(&record.revision),
            Line::of(if is_good { Tone::Good } else { Tone::Plain }, state),
            Line::plain(record.duration.map(|took| took.to_string()).unwrap_or_default()),
            Line::of(Tone::Faint, age(record.completed_at, frame.now)),
            Line::of(Tone::Faint, record.replaced.as_deref().unwrap_or("nothing")),
        ]
    }));
    Section::of(8, columns(&cells))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn object<T: serde::de::DeserializeOwned>(name: &str, spec: &Value, status: &Value) -> T {
        serde_json::from_value(json!({"metadata": {"name": name}, "spec": spec, "status": status})).unwrap()
    }

    #[test]
    fn while_a_release_goes_on_its_group_has_the_word_of_its_deployment() {
        let table = [
            // The group, the current Deployment it names, the Deployment, and what is shown.
            ("Installing", "prod-1", "Waiting", "Waiting"),
            ("Holding", "prod-1", "RollingBack", "RollingBack"),
            // Which of the two is newer is not known any more: the group's record has more in it.
            ("Installing", "prod-1", "Succeeded", "Installing"),
            ("Held", "prod-1", "Holding", "Held"),
            ("Stalled", "prod-1", "Holding", "Stalled"),
            ("Running", "prod-1", "Shifting", "Running"),
            ("Installing", "prod-2", "Waiting", "Installing"),
        ];
        for (own, named, of_deployment, expected) in table {
            let spec = json!({"applicationRef": "shop", "aws": {"binding": "team", "region": "eu-west-1"},
                              "ecs": {"cluster": "prod", "service": "shop"}});
            let status = json!({"current": named, "summary": {"status": own}});
            let group: DeploymentGroup = object("prod", &spec, &status);
            let spec = json!({"groupRef": "prod", "revision": {"taskDefinition": "shop:42"}});
            let deployment: Deployment =
                object("prod-1", &spec, &json!({"summary": {"status": of_deployment, "weight": "50%"}}));
            let told = word_of(&group, Some(&deployment));
            assert_eq!(told.as_str(), expected, "{own}, {named}, {of_deployment}");
        }
    }
}
