//! All that is known of a group at one moment.

use jiff::Timestamp;
use sluice_api::{Deployment, DeploymentGroupSpec, LastRequest, TrafficShift};

use crate::observation::Observation;
use crate::outcome::CallError;
use crate::refusal::Refusal;

/// What is known of a group at one moment.
#[derive(Clone, Debug)]
pub struct Facts<'a> {
    /// Its settings.
    pub settings: &'a DeploymentGroupSpec,
    /// Its generation.
    pub generation: Option<i64>,
    /// Its Deployments.
    pub deployments: &'a [Deployment],
    /// The revision in force, as family:revision; none where nothing is asked for.
    pub desired: Option<&'a str>,
    /// Name of the Deployment that was made in this reconcile.
    pub made: Option<&'a str>,
    /// What was asked for last.
    pub requested: Option<LastRequest>,
    /// The configuration of the cluster that its settings name, where there is one.
    pub named_config: Option<&'a TrafficShift>,
    /// The observed world; none when it was not, or could not be, read.
    pub observed: Option<&'a Observation>,
    /// The field by which nothing begins, where the group or its Application is suspended.
    pub suspended_by: Option<&'a str>,
    /// Why nothing begins.
    pub refusal: Option<&'a Refusal>,
    /// Why AWS could not be read.
    pub call_error: Option<&'a CallError>,
    /// The moment.
    pub now: Timestamp,
}
