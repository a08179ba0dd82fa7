//! How a Deployment stands that is released as one with another, as its status tells.

use std::borrow::Borrow;

use sluice_api::{Deployment, DeploymentStatus, Failure, LifecycleEventName, MultiStatus, SiblingRef, State};

use crate::progress::position::{Position, position};

/// How far a Deployment has got that is released as one with another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stands {
    /// It is not there any more.
    Gone,
    /// It has not begun.
    Waits,
    /// It is on its way, at this position.
    OnItsWay(Position),
    /// It is ready to end.
    Ready,
    /// It has promised to end.
    Promised,
    /// It has ended.
    Ended,
}

/// A Deployment that is released as one with another.
#[derive(Clone, Debug, PartialEq)]
pub struct Sibling {
    /// Its UID.
    pub uid: String,
    /// Name of its group.
    pub group: String,
    /// Its name.
    pub deployment: String,
    /// How far it has got.
    pub stands: Stands,
    /// Whether it does not return by itself any more, or has nothing to return from: its group was found to run the revision.
    pub has_promised: bool,
    /// Whether it ends, and returns no more.
    pub has_passed: bool,
    /// Why it returns, or ended otherwise than well; none where it does not.
    pub returned: Option<String>,
    /// Of what kind the failure was for which it returns.
    pub failure: Option<Failure>,
    /// The command that ends what holds it; none where no command is known.
    pub how: Option<String>,
}

impl Sibling {
    /// Whether it has done all its own, and does not return.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        let is_there = self.has_promised || matches!(self.stands, Stands::Ready | Stands::Promised);
        is_there && self.returned.is_none()
    }

    /// Whether it is on its way forward, and has yet to see what becomes of all.
    #[must_use]
    pub const fn is_undecided(&self) -> bool {
        let is_forward = matches!(self.stands, Stands::OnItsWay(_) | Stands::Ready | Stands::Promised);
        is_forward && self.returned.is_none() && !self.has_passed
    }

    /// Where it stands, in words that follow its name.
    #[must_use]
    pub(crate) fn in_words(&self) -> String {
        match self.stands {
            Stands::Gone => "is gone".to_owned(),
            Stands::Waits => "has not begun".to_owned(),
            Stands::Ready | Stands::Promised => "is ready".to_owned(),
            Stands::Ended => "has ended".to_owned(),
            Stands::OnItsWay(position) => match position {
                Position::Install => "is installed".to_owned(),
                Position::Event(name) if name < LifecycleEventName::AllowTraffic => format!("is at {name}"),
                Position::AllowTraffic(index) => format!("moves its traffic, at step {}", index + 1),
                Position::Event(name) => format!("is at {name}"),
                Position::Bake => "bakes".to_owned(),
                Position::TerminateOriginal => "ends".to_owned(),
                Position::Rollback | Position::Ended => "returns".to_owned(),
            },
        }
    }
}

/// The others of a Deployment with this UID as they stand in the copies, in the order in which they were pinned.
pub fn as_seen<D: Borrow<Deployment>>(
    uid: &str,
    multi: &MultiStatus,
    find: impl Fn(&SiblingRef) -> Option<D>,
) -> Vec<Sibling> {
    let set = set_of(uid, multi);
    multi.siblings.iter().map(|known| seen(&set, known, find(known).as_ref().map(Borrow::borrow))).collect()
}

fn seen(set: &[&str], known: &SiblingRef, deployment: Option<&Deployment>) -> Sibling {
    let nothing = DeploymentStatus::default();
    // One that was made anew under the name is another.
    let deployment = deployment.filter(|one| one.metadata.uid.as_ref() == Some(&known.uid));
    let status = deployment.and_then(|one| one.status.as_ref()).unwrap_or(&nothing);
    let of_it = status.multi.as_ref();
    let has_begun = status.started_at.is_some();
    let is_found = status.completed_at.is_some() && !has_begun && status.state == State::Succeeded;
    Sibling {
        uid: known.uid.clone(),
        group: known.group.clone(),
        deployment: known.deployment.clone(),
        stands: if deployment.is_some() { stands(status) } else { Stands::Gone },
        has_promised: is_found || of_it.is_some_and(|multi| multi.promised_at.is_some()),
        has_passed: of_it.is_some_and(|multi| multi.passed_at.is_some()),
        returned: returned(set, known, status),
        failure: status.failure.clone(),
        how: deployment.and_then(|one| how(one, status)),
    }
}

fn stands(status: &DeploymentStatus) -> Stands {
    let multi = status.multi.as_ref();
    match () {
        () if status.completed_at.is_some() => Stands::Ended,
        () if status.started_at.is_none() => Stands::Waits,
        () if status.rollback.is_some() => Stands::OnItsWay(position(status)),
        () if multi.is_some_and(|multi| multi.promised_at.is_some()) => Stands::Promised,
        () if multi.is_some_and(|multi| multi.ready_at.is_some()) => Stands::Ready,
        () => Stands::OnItsWay(position(status)),
    }
}

/// Why it returns, or ended otherwise than well.
fn returned(set: &[&str], known: &SiblingRef, status: &DeploymentStatus) -> Option<String> {
    if let Some(rollback) = &status.rollback {
        return Some(rollback.reason.clone());
    }
    if status.completed_at.is_some() && status.state != State::Succeeded {
        return Some(status.message.clone());
    }
    // Who is released as one agrees on who that is, or none of them ends.
    let same = status.multi.as_ref().is_some_and(|multi| set_of(&known.uid, multi) == set);
    (status.started_at.is_some() && !same).then(|| "it began without this one".to_owned())
}

/// The UIDs of all that are released as one, in order.
fn set_of<'a>(uid: &'a str, multi: &'a MultiStatus) -> Vec<&'a str> {
    let mut set: Vec<&str> = multi.siblings.iter().map(|known| known.uid.as_str()).chain([uid]).collect();
    set.sort_unstable();
    set
}

/// The command that ends what a user holds it by, or what it waits for itself.
fn how(deployment: &Deployment, status: &DeploymentStatus) -> Option<String> {
    if deployment.spec.paused {
        let metadata = &deployment.metadata;
        let name = metadata.name.as_deref().unwrap_or_default();
        let namespace = metadata.namespace.as_deref().unwrap_or_default();
        return Some(format!(
            r#"kubectl patch sdep {name} -n {namespace} --type merge -p '{{"spec":{{"paused":false}}}}'"#
        ));
    }
    let gate = status.gates.iter().find(|gate| gate.is_waiting() && !gate.how.is_empty())?;
    (gate.kind != sluice_api::GateKind::Multi).then(|| gate.how.clone())
}
