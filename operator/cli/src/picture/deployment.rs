//! A Deployment.

use sluice_api::Deployment;

use super::sections::Picture;
use super::seen::{Frame, Seen};
use super::{act, checks, events, failure, head, sides, steps, traffic};

/// All of a Deployment.
#[must_use]
pub fn picture(seen: &Seen, deployment: &Deployment, frame: &Frame) -> Picture {
    let group = seen.group(&deployment.spec.group_ref);
    let mut sections =
        vec![head::section(deployment, frame), failure::section(deployment, frame), failure::drift(group, frame)];
    if let Some(status) = &deployment.status {
        sections.push(traffic::section(deployment, frame));
        sections.push(steps::section(status, frame));
        sections.push(checks::section(status, group, frame));
    }
    sections.push(sides::section(deployment, frame));
    sections.push(events::section(seen, frame));
    sections.push(act::section(deployment, frame));
    Picture(sections)
}
