//! When releases of a group may begin.

use kube::KubeSchema;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::input_rules;

/// A window in which releases may begin.
#[derive(KubeSchema, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Window {
    /// Its name, for status and Events.
    #[schemars(length(min = 1, max = 63))]
    #[x_kube(validation = input_rules::window_name())]
    pub name: String,
    /// When it is open.
    pub schedule: WindowSchedule,
}

/// The hours of some days of the week, by the clocks of a place.
#[derive(KubeSchema, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[x_kube(validation = Rule::new("self.from != self.to")
    .message("windows: from and to must differ: for a whole day write from: \"00:00\", to: \"24:00\""))]
#[serde(rename_all = "camelCase")]
pub struct WindowSchedule {
    /// The days on which it opens.
    #[schemars(length(min = 1, max = 7))]
    #[x_kube(validation = Rule::new("self.all(one, self.exists_one(other, other == one))")
        .message("windows: each day may be named once, such as [Mon, Tue]"))]
    pub days: Vec<Day>,
    /// When it opens, such as 09:00. What a change of the clocks passes over is the moment of that change, and of what it
    /// repeats it is the first.
    #[schemars(length(max = 5))]
    #[x_kube(validation = input_rules::window_from())]
    pub from: String,
    /// When it closes: on the next day where it is not later than from. 24:00 is the end of the day.
    #[schemars(length(max = 5))]
    #[x_kube(validation = input_rules::window_to())]
    pub to: String,
    /// Name of the time zone in the IANA database, such as Europe/Berlin or UTC.
    #[schemars(length(min = 1, max = 64))]
    #[x_kube(validation = input_rules::time_zone())]
    pub time_zone: String,
}

/// A day of the week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Day {
    /// Monday.
    Mon,
    /// Tuesday.
    Tue,
    /// Wednesday.
    Wed,
    /// Thursday.
    Thu,
    /// Friday.
    Fri,
    /// Saturday.
    Sat,
    /// Sunday.
    Sun,
}
