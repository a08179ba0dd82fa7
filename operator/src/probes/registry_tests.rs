//! Probes run beside the reconciles: they wake their group when their word changes, and end with it.

use std::sync::atomic::{AtomicUsize, Ordering};

use futures::FutureExt as _;
use futures::StreamExt as _;
use futures::channel::mpsc::unbounded;
use futures::future::BoxFuture;
use prometheus_client::registry::Registry;
use serde_json::json;
use sluice_api::{AllowedHookHost, HookUrl, ListedUrl, ProbeTarget};

use super::*;

/// Answers as it is told, and counts.
#[derive(Default)]
struct Host {
    asked: AtomicUsize,
    fails: std::sync::atomic::AtomicBool,
    hangs: std::sync::atomic::AtomicBool,
}

impl Ask for Host {
    fn ask<'a>(&'a self, _: &'a ProbeCall) -> BoxFuture<'a, Result<(), (ProbeOutcome, String)>> {
        async move {
            self.asked.fetch_add(1, Ordering::Relaxed);
            if self.hangs.load(Ordering::Relaxed) {
                sleep(Duration::from_secs(5)).await;
                return Err((ProbeOutcome::Unanswered, "no answer".to_owned()));
            }
            if self.fails.load(Ordering::Relaxed) { Err((ProbeOutcome::Status, "503".to_owned())) } else { Ok(()) }
        }
        .boxed()
    }
}

fn call(path: &str) -> Option<ProbeCall> {
    let host: AllowedHookHost = serde_json::from_value(json!({"host": "shop.example.com"})).ok()?;
    let url = format!("https://shop.example.com/{path}");
    let probe = serde_json::from_value(json!({"url": url, "interval": "10s", "window": 3})).ok()?;
    let url = ListedUrl::among(&[host], &HookUrl::parse(&url).ok()?)?;
    Some(ProbeCall { target: ProbeTarget::of(url), probe })
}

fn group() -> ObjectRef<DeploymentGroup> {
    ObjectRef::new("prod").within("shop")
}

fn probes(host: &Arc<Host>) -> Probes {
    Probes::new(Some(host.clone() as Arc<dyn Ask>), HealthMetrics::register(&mut Registry::default()))
}

#[tokio::test(start_paused = true)]
async fn a_group_is_woken_when_the_word_of_its_probe_changes_and_at_no_other_time() {
    let host = Arc::new(Host::default());
    let probes = probes(&host);
    let (wake, mut woken) = unbounded();
    probes.wake_through(wake);
    probes.keep("uid", &group(), call(""));
    assert!(probes.samples("uid").is_empty(), "nobody waits for the first answer");
    sleep(Duration::from_secs(4)).await;
    assert_eq!((woken.next().now_or_never(), probes.samples("uid").len()), (Some(Some(group())), 3));
    sleep(Duration::from_mins(1)).await;
    // The same again is no change.
    probes.keep("uid", &group(), call(""));
    assert!(woken.next().now_or_never().is_none() && probes.samples("uid").len() == 3);
    host.fails.store(true, Ordering::Relaxed);
    sleep(Duration::from_secs(25)).await;
    assert_eq!(woken.next().now_or_never(), Some(Some(group())));
    host.fails.store(false, Ordering::Relaxed);
    sleep(Duration::from_secs(35)).await;
    assert_eq!(woken.next().now_or_never(), Some(Some(group())));
    assert!(woken.next().now_or_never().is_none());
}

#[tokio::test(start_paused = true)]
async fn a_process_that_dies_while_it_asks_loses_its_answers_and_the_next_one_asks_anew() {
    let host = Arc::new(Host::default());
    let before = probes(&host);
    before.keep("uid", &group(), call(""));
    sleep(Duration::from_secs(4)).await;
    assert_eq!(before.samples("uid").len(), 3);
    host.hangs.store(true, Ordering::Relaxed);
    sleep(Duration::from_secs(10)).await;
    // It waits for an answer, which nobody hears any more.
    drop(before);
    let asked = host.asked.load(Ordering::Relaxed);
    sleep(Duration::from_mins(1)).await;
    assert_eq!(host.asked.load(Ordering::Relaxed), asked, "who died asks no more");
    host.hangs.store(false, Ordering::Relaxed);
    let after = probes(&host);
    let (wake, mut woken) = unbounded();
    after.wake_through(wake);
    after.keep("uid", &group(), call(""));
    assert!(after.samples("uid").is_empty(), "nothing of what the other one heard is known");
    sleep(Duration::from_secs(4)).await;
    assert_eq!((woken.next().now_or_never(), after.samples("uid").len()), (Some(Some(group())), 3));
}

#[tokio::test(start_paused = true)]
async fn a_probe_that_is_taken_away_or_changed_is_not_asked_any_more() {
    let host = Arc::new(Host::default());
    let probes = probes(&host);
    probes.keep("uid", &group(), call(""));
    sleep(Duration::from_secs(5)).await;
    probes.keep("uid", &group(), call("other"));
    assert!(probes.samples("uid").is_empty(), "what another question was answered says nothing");
    sleep(Duration::from_secs(5)).await;
    assert_eq!(probes.samples("uid").len(), 3);
    probes.keep("uid", &group(), None);
    let asked = host.asked.load(Ordering::Relaxed);
    sleep(Duration::from_mins(1)).await;
    assert_eq!((host.asked.load(Ordering::Relaxed), probes.samples("uid").len()), (asked, 0));
    probes.keep("uid", &group(), call(""));
    probes.forget("uid");
    sleep(Duration::from_mins(1)).await;
    assert!(host.asked.load(Ordering::Relaxed) <= asked + 1);
}

#[tokio::test(start_paused = true)]
async fn hosts_of_one_namespace_that_hang_hold_up_no_probe_of_another() {
    let (hanging, host) = (Arc::new(Host::default()), Arc::new(Host::default()));
    hanging.hangs.store(true, Ordering::Relaxed);
    let probes = probes(&hanging);
    for index in 0..200 {
        probes.keep(&format!("hangs-{index}"), &group(), call(""));
    }
    sleep(Duration::from_secs(1)).await;
    let other = Probes { ask: Some(host.clone() as Arc<dyn Ask>), slots: probes.slots.clone(), ..self::probes(&host) };
    other.keep("uid", &ObjectRef::new("prod").within("other"), call(""));
    sleep(Duration::from_secs(4)).await;
    assert_eq!(other.samples("uid").len(), 3);
}
