//! What alarms do to a release.

use serde_json::{Value, json};

use super::{canary, golden};
use crate::support::{AlarmIs, Event, Run, World};

/// A canary that watches two alarms, both OK in the beginning.
fn watching(policy: &Value) -> Run {
    let mut run = Run::new(World::new(2, 4), &canary());
    let mut alarms = json!({"names": ["shop-5xx", "shop-p99"]});
    alarms.as_object_mut().unwrap().extend(policy.as_object().unwrap().clone());
    run.settings.alarms = Some(serde_json::from_value(alarms).unwrap());
    for name in ["shop-5xx", "shop-p99"] {
        run.happen(Event::Alarm(name, AlarmIs::Ok));
    }
    run
}

#[test]
fn an_alarm_turns_a_canary_round_in_the_look_that_sees_it() {
    let run = golden("alarms", "in-a-hold", watching(&json!({})).at(123, Event::Alarm("shop-5xx", AlarmIs::Alarm)));
    // The other route, and the clean-up, each in a reconcile of its own.
    assert_eq!(run.writes, ["create", "weights", "weights", "weights", "weights", "delete"]);
}

#[test]
fn an_alarm_in_the_bake_turns_a_release_round() {
    golden("alarms", "in-the-bake", watching(&json!({})).at(500, Event::Alarm("shop-p99", AlarmIs::Alarm)));
}

#[test]
fn an_alarm_that_pauses_holds_everything_and_lets_it_go_on_when_it_is_ok() {
    let run = watching(&json!({"onAlarm": "Pause"}))
        .at(123, Event::Alarm("shop-5xx", AlarmIs::Alarm))
        .at(1500, Event::Alarm("shop-5xx", AlarmIs::Ok));
    golden("alarms", "paused", run);
}

#[test]
fn a_person_lets_a_release_go_on_in_spite_of_an_alarm() {
    let run = watching(&json!({"onAlarm": "Pause"}))
        .at(123, Event::Alarm("shop-5xx", AlarmIs::Alarm))
        .at(600, Event::Approve("shop-5xx"));
    golden("alarms", "approved", run);
}

#[test]
fn an_alarm_that_pauses_in_the_middle_of_an_increment_stops_its_clock() {
    let run = watching(&json!({"onAlarm": "Pause"}))
        .at(20, Event::Alarm("shop-5xx", AlarmIs::Alarm))
        .at(1500, Event::Alarm("shop-5xx", AlarmIs::Ok));
    golden("alarms", "paused-before-traffic", run);
}

#[test]
fn an_alarm_that_is_not_read_for_a_while_holds_the_increment_that_is_due_and_no_more() {
    let run = watching(&json!({}))
        .at(320, Event::Alarm("shop-5xx", AlarmIs::Throttled))
        .at(370, Event::Alarm("shop-5xx", AlarmIs::Ok));
    golden("alarms", "unread-for-50-seconds", run);
}

#[test]
fn an_alarm_that_is_not_read_for_a_minute_turns_a_release_round() {
    golden("alarms", "unread-for-a-minute", watching(&json!({})).at(123, Event::Alarm("shop-5xx", AlarmIs::Denied)));
}

#[test]
fn a_release_that_ignores_what_cannot_be_read_goes_on_and_shows_it() {
    let run = watching(&json!({"unreadable": "Ignore"})).at(123, Event::Alarm("shop-5xx", AlarmIs::Gone));
    golden("alarms", "unread-and-ignored", run);
}

#[test]
fn an_alarm_that_was_in_alarm_already_is_left_out_to_the_end() {
    let run = watching(&json!({"atStart": "Ignore"}))
        .at(200, Event::Alarm("shop-5xx", AlarmIs::Ok))
        .at(300, Event::Alarm("shop-5xx", AlarmIs::Alarm));
    let mut run = run;
    run.happen(Event::Alarm("shop-5xx", AlarmIs::Alarm));
    golden("alarms", "left-out", run);
}

/// A dying original may well be what the alarm tells of: traffic goes to what serves.
#[test]
fn an_alarm_takes_no_traffic_to_an_original_that_serves_nobody() {
    let run = watching(&json!({}))
        .at(120, Event::OriginalBecomes(crate::support::Behaviour::Unhealthy))
        .at(121, Event::Alarm("shop-5xx", AlarmIs::Alarm));
    golden("alarms", "original-down", run);
}
