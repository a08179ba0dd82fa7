//! Reading figures: a process, a metrics page, the statuses of Deployments.

use std::collections::BTreeMap;
use std::fs::read_to_string;

use jiff::SignedDuration;
use serde::Serialize;
use sluice_api::{DeploymentStatus, LifecycleEventName};
use sluice_e2e::{Error, Result};

/// What a process has used so far.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Usage {
    /// Seconds of CPU time, user and system.
    pub cpu_seconds: f64,
    /// Most memory that it ever held, in MiB.
    pub peak_mebibytes: f64,
}

/// Looks into `/proc`.
pub fn usage(process: u32) -> Result<Usage> {
    let read = |file: &str| {
        let path = format!("/proc/{process}/{file}");
        read_to_string(&path).map_err(Error::of(format!("failed to read {path}")))
    };
    let unreadable = || Error::new(format!("failed to make sense of /proc/{process}"));
    let ticks = cpu_ticks(&read("stat")?).ok_or_else(unreadable)?;
    let peak = peak_kibibytes(&read("status")?).ok_or_else(unreadable)?;
    Ok(Usage {
        cpu_seconds: approximate(ticks) / approximate(rustix::param::clock_ticks_per_second()),
        peak_mebibytes: approximate(peak) / 1024.0,
    })
}

/// Fields 14 and 15 of `/proc/PID/stat`. The name in field 2 may hold anything, so that we count from its end.
fn cpu_ticks(stat: &str) -> Option<u64> {
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(11);
    let user: u64 = fields.next()?.parse().ok()?;
    let system: u64 = fields.next()?.parse().ok()?;
    Some(user + system)
}

fn peak_kibibytes(status: &str) -> Option<u64> {
    status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?.split_whitespace().next()?.parse().ok()
}

/// A metrics page: sum of a counter over the series whose labels are wanted.
pub fn counted(page: &str, name: &str, wanted: impl Fn(&str) -> bool) -> f64 {
    let series = page.lines().filter_map(|line| line.strip_prefix(name)?.rsplit_once(' '));
    series.filter(|(labels, _)| wanted(labels)).filter_map(|(_, value)| value.parse::<f64>().ok()).sum()
}

/// A metrics page of the operator: its requests to the API server, by verb and kind.
pub fn by_verb_and_kind(page: &str) -> BTreeMap<String, u64> {
    let series = page.lines().filter_map(|line| line.strip_prefix("sluice_kubernetes_requests_total{"));
    let count = |line: &str| {
        let (labels, count) = line.rsplit_once(' ')?;
        let label = |name: &str| labels.split_once(&format!("{name}=\"")).and_then(|(_, rest)| rest.split('"').next());
        Some((format!("{} {}", label("verb")?, label("kind")?), count.parse().ok()?))
    };
    series.filter_map(count).collect()
}

/// From the beginning of the first increment until all traffic was read back.
pub fn shift(status: &DeploymentStatus) -> Option<SignedDuration> {
    let (first, last) = (status.steps.first()?, status.steps.last()?);
    Some(last.verified_at?.duration_since(first.started_at?))
}

/// How long that takes where nothing takes any time but the holds.
pub fn ideal(status: &DeploymentStatus) -> SignedDuration {
    let before_the_last = status.steps.iter().rev().skip(1);
    before_the_last.map(|step| step.hold.as_signed()).fold(SignedDuration::ZERO, |sum, hold| sum + hold)
}

/// How late each hold and the bake ended, beyond what was asked for.
pub fn lateness(status: &DeploymentStatus) -> Vec<SignedDuration> {
    let holds = status.steps.iter().filter(|step| !step.hold.is_zero());
    let mut late: Vec<SignedDuration> = holds
        .filter_map(|step| Some(step.completed_at?.duration_since(step.verified_at?) - step.hold.as_signed()))
        .collect();
    let bake = status.lifecycle_events.iter().find(|event| event.name == LifecycleEventName::Bake);
    let asked = status.settings.as_ref().map(|settings| settings.bake.as_signed());
    late.extend(bake.and_then(|bake| Some(bake.ended_at?.duration_since(bake.started_at?) - asked?)));
    late
}

/// The value that so many percent do not exceed; zero of nothing.
pub fn percentile(sorted: &[SignedDuration], percent: usize) -> SignedDuration {
    let rank = (sorted.len() * percent).div_ceil(100).max(1) - 1;
    sorted.get(rank).copied().unwrap_or(SignedDuration::ZERO)
}

/// A count as a number that can be divided.
#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
pub const fn approximate(count: u64) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn proc_is_read_whatever_the_name() {
        let stat = "7 (a ) b) S 1 2 3 4 5 6 7 8 9 10 250 50 0 0";
        assert_eq!(cpu_ticks(stat), Some(300));
        assert_eq!(peak_kibibytes("VmPeak:\t 9 kB\nVmHWM:\t    2048 kB\n"), Some(2048));
        assert!(usage(std::process::id()).unwrap().peak_mebibytes > 0.5);
    }

    #[test]
    fn series_are_summed_by_their_labels() {
        let page = "# TYPE w counter\nw_total{write=\"Status\"} 12\nw_total{write=\"Event\"} 3\nother_total 9\n";
        assert!((counted(page, "w_total", |_| true) - 15.0).abs() < f64::EPSILON);
        assert!((counted(page, "w_total", |labels| labels.contains("Event")) - 3.0).abs() < f64::EPSILON);
    }

    #[test]
    fn requests_are_counted_by_verb_and_kind() {
        let page = "sluice_kubernetes_requests_total{verb=\"List\",kind=\"Deployment\"} 12\nother_total 9\n";
        assert_eq!(by_verb_and_kind(page), BTreeMap::from([("List Deployment".to_owned(), 12)]));
    }

    #[test]
    fn a_shift_is_from_the_first_beginning_to_the_last_read() {
        let status: DeploymentStatus = serde_json::from_value(json!({
            "steps": [
                {"index": 0, "weight": 10, "scale": 100, "hold": "10s", "startedAt": "2026-01-01T00:00:00Z"},
                {"index": 1, "weight": 100, "scale": 100, "hold": "0s", "verifiedAt": "2026-01-01T00:00:11Z"},
            ],
        }))
        .unwrap();
        assert_eq!(shift(&status), Some(SignedDuration::from_secs(11)));
        assert_eq!(ideal(&status), SignedDuration::from_secs(10));
    }

    #[test]
    fn percentiles_are_values_that_were_seen() {
        let seen: Vec<SignedDuration> = (1..=200).map(SignedDuration::from_millis).collect();
        assert_eq!([50, 99, 100].map(|percent| percentile(&seen, percent).as_millis()), [100, 198, 200]);
        assert_eq!(percentile(&[], 99), SignedDuration::ZERO);
    }

    #[test]
    fn lateness_is_what_a_hold_took_beyond_what_was_asked() {
        let status: DeploymentStatus = serde_json::from_value(json!({
            "steps": [
                {"index": 0, "weight": 10, "scale": 100, "hold": "4s", "state": "Completed",
                 "verifiedAt": "2026-01-01T00:00:00Z", "completedAt": "2026-01-01T00:00:04.25Z"},
                {"index": 1, "weight": 100, "scale": 100, "hold": "0s", "state": "Completed",
                 "verifiedAt": "2026-01-01T00:00:05Z", "completedAt": "2026-01-01T00:00:05Z"},
            ],
        }))
        .unwrap();
        assert_eq!(lateness(&status), [SignedDuration::from_millis(250)]);
    }
}
