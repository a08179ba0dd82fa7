//! What can be read: the only place where reads are named. `reads.rs` says which of them an observation needs.

use serde::Serialize;

use crate::hooks::Execution;

use super::alarms::AlarmReading;
use super::copies::{CopySearch, WantedImages};
use super::functions::FunctionName;
use super::hook_needs::HookNeed;
use super::listed_routes::ListedRoute;
use super::routes::Route;
use super::targets::{Target, TargetGroup};
use super::task_sets::{Service, StoppedTask, TaskDefinition};

/// One thing that can be asked.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum Read {
    /// The service of the settings, with its task sets.
    Service,
    /// The service that the settings adopt: in the same call, where it is of the same cluster.
    Adopted,
    /// The named routes of the settings.
    Routes,
    /// The pair of target groups: whether they exist, and where. During a release no one asks.
    TargetGroups,
    /// A task definition, by name or ARN.
    TaskDefinition(String),
    /// The newest revision of a family with other images: two calls where it is the newest, and some more where it is not.
    Copy(WantedImages),
    /// The targets of one target group, by ARN: a call for each.
    Targets(String),
    /// The stopped tasks of one task set, by its id.
    StoppedTasks(String),
    /// All that a load balancer forwards, by its ARN: a call for its listeners, and one for the rules of each.
    ListedRoutes(String),
    /// The DNS name of a load balancer, by its ARN: one that is known is not asked for again.
    DnsName(String),
    /// What this process knows of an execution of a hook, by its id: no call.
    Hook(String),
    /// Whether a function is there and may be invoked: a dry run.
    Function(FunctionName),
    /// Whether what a hook needs of Kubernetes is there: no call of AWS.
    HookNeed(HookNeed),
    /// The alarms of the settings, by a poll that all share: what was asked for within a poll interval may be answered.
    Alarms,
    /// The same, asked for now.
    AlarmsNow,
}

/// What was answered to a [`Read`], in the same order.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// None when ECS knows no such service or cluster.
    Service(Option<Service>),
    /// The same, of the one that is adopted; none also where the settings name none.
    Adopted(Option<Service>),
    /// What the load balancer says of the routes that are named.
    Routes {
        /// Those of production, in the order of the settings.
        production: Vec<Route>,
        /// The test route, where the settings name one.
        test: Option<Route>,
    },
    /// In the order of the settings.
    TargetGroups(Vec<TargetGroup>),
    /// None when there is no such task definition.
    TaskDefinition(Option<TaskDefinition>),
    /// To a family with other images.
    Copy(CopySearch),
    /// None when there is no such target group.
    Targets(Option<Vec<Target>>),
    /// Those that ECS still remembers, about an hour of them.
    StoppedTasks(Vec<StoppedTask>),
    /// Rules and default actions, those that forward nothing left out. Empty when there is no such load balancer.
    ListedRoutes(Vec<ListedRoute>),
    /// Why the load balancer's routes may not be listed: in the middle of a release this is known, and ends it in time.
    Unlisted(String),
    /// None when there is no such load balancer. The error says why it is not known, which holds nothing up.
    DnsName(Result<Option<String>, String>),
    /// Of a hook.
    Hook(Execution),
    /// Why the function cannot be invoked; none when it can.
    Function(Option<String>),
    /// What is wrong with it, and what to do; none when it is there.
    HookNeed(Option<String>),
    /// To either read of them. What is not known of an alarm stands with that alarm.
    Alarms(AlarmReading),
}
