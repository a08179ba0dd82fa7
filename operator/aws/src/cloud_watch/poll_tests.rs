use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex},
    time::Duration,
};

use futures::{
    FutureExt,
    future::{BoxFuture, join_all},
};
use tokio::time::{Instant, advance, sleep, timeout};

use super::{
    cache::Reports,
    poll::{DescribeAlarms, Poll},
};
use crate::{
    error::{AwsError, ErrorClass},
    operations::Operation,
    ports::{AlarmReport, AlarmValue},
};

/// How often a release looks, and how old an answer may be for it.
const POLL: Duration = Duration::from_secs(5);
const AT_MOST: Duration = Duration::from_secs(4);

/// A CloudWatch that answers after a while, and remembers what it was asked.
#[derive(Default)]
struct Fake {
    calls: Mutex<Vec<Vec<String>>>,
    /// Every call that names one of these fails so.
    fails_on: Mutex<Vec<(&'static str, ErrorClass)>>,
    /// There are no such alarms.
    missing: BTreeSet<&'static str>,
}

impl DescribeAlarms for Arc<Fake> {
    fn describe(&self, names: Vec<String>) -> BoxFuture<'_, Result<Reports, AwsError>> {
        assert!((1..=100).contains(&names.len()), "{} names", names.len());
        self.calls.lock().unwrap().push(names.clone());
        let fails_on = self.fails_on.lock().unwrap().clone();
        let failure = fails_on.into_iter().find(|(name, _)| names.iter().any(|asked| asked == name));
        async move {
            sleep(Duration::from_millis(50)).await;
            if let Some((name, class)) = failure {
                return Err(AwsError::new(Operation::DescribeAlarms, class, name));
            }
            let report = || AlarmReport { value: AlarmValue::Ok, since: None, reason: String::new() };
            let known = names.into_iter().filter(|name| !self.missing.contains(name.as_str()));
            Ok(known.map(|name| (name, Ok(report()))).collect())
        }
        .boxed()
    }
}

impl Fake {
    fn sizes(&self) -> Vec<usize> {
        self.calls.lock().unwrap().iter().map(Vec::len).collect()
    }
}

fn poll(fake: &Arc<Fake>) -> Poll<Arc<Fake>> {
    Poll::new(Arc::clone(fake), Duration::from_millis(20))
}

fn of_group(number: usize) -> [String; 1] {
    [format!("shop-{number}-5xx")]
}

#[tokio::test(start_paused = true)]
async fn a_hundred_and_twenty_groups_are_two_calls_a_poll() {
    let fake = Arc::new(Fake::default());
    let poll = poll(&fake);
    let groups: Vec<[String; 1]> = (0..120).map(of_group).collect();
    for round in 1..=3 {
        let answers = join_all(groups.iter().map(|names| poll.answers(names, AT_MOST))).await;
        assert!(answers.iter().zip(&groups).all(|(answer, names)| answer.answers[&names[0]].is_ok()));
        assert_eq!(fake.sizes().len(), 2 * round, "{:?}", fake.sizes());
        advance(POLL).await;
    }
}

/// Each at a moment of its own, none at the same as another: still a call tells all that it has room for.
#[tokio::test(start_paused = true)]
async fn groups_that_look_one_after_the_other_share_their_calls_and_get_no_old_answer() {
    const ROUNDS: u32 = 20;
    let fake = Arc::new(Fake::default());
    let poll = poll(&fake);
    for round in 0..ROUNDS {
        for number in 0..120 {
            let asked = Instant::now();
            let answer = poll.answers(&of_group(number), AT_MOST).await;
            assert!(asked.saturating_duration_since(answer.asked_at) <= AT_MOST, "{round}: {number}");
            if let Some(rest) = (POLL / 120).checked_sub(asked.elapsed()) {
                advance(rest).await;
            }
        }
        if round == 0 {
            // Those that are seen for the first time are not known to be wanted.
            fake.calls.lock().unwrap().clear();
        }
    }
    let most = 2 * (ROUNDS - 1) * 5 / 4 * 3 / 2;
    assert!(fake.sizes().len() <= most as usize, "{} calls: {:?}", fake.sizes().len(), fake.sizes());
}

#[tokio::test(start_paused = true)]
async fn an_answer_is_given_again_for_as_long_as_the_look_allows_and_not_at_all_where_it_allows_none() {
    let fake = Arc::new(Fake::default());
    let poll = poll(&fake);
    let names = of_group(1);
    for (wait, at_most, calls) in [
        (Duration::ZERO, AT_MOST, 1),
        (Duration::from_secs(3), AT_MOST, 1),
        (Duration::from_secs(1), AT_MOST, 2),
        (Duration::ZERO, Duration::ZERO, 3),
        (Duration::ZERO, AT_MOST, 3),
    ] {
        advance(wait).await;
        let asked = Instant::now();
        let answer = poll.answers(&names, at_most).await;
        assert_eq!(fake.sizes().len(), calls, "{wait:?} {at_most:?}");
        assert!(asked.saturating_duration_since(answer.asked_at) <= at_most);
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_refused_to_one_group_takes_no_answer_away_from_the_others() {
    for class in [ErrorClass::AccessDenied, ErrorClass::Refused, ErrorClass::Unknown] {
        let fake = Arc::new(Fake { fails_on: Mutex::new(vec![("shop-3-5xx", class)]), ..Fake::default() });
        let poll = poll(&fake);
        let groups: Vec<[String; 1]> = (0..8).map(of_group).collect();
        for round in 0..3 {
            let answers = join_all(groups.iter().map(|names| poll.answers(names, AT_MOST))).await;
            let failed: Vec<usize> =
                (0..8).filter(|number| answers[*number].answers[&groups[*number][0]].is_err()).collect();
            assert_eq!(failed, [3], "{class:?} {round}");
            advance(POLL).await;
        }
        // Together, then each apart; after that the others together, and the refused one is left alone for a while.
        assert_eq!(fake.sizes(), [8, 1, 1, 1, 1, 1, 1, 1, 1, 7, 7], "{class:?}");
        advance(Duration::from_secs(30)).await;
        join_all(groups.iter().map(|names| poll.answers(names, AT_MOST))).await;
        assert_eq!(fake.sizes()[11..], [7, 1], "{class:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_poll_that_is_throttled_is_an_answer_to_all_and_is_not_asked_again_at_once() {
    let fake = Arc::new(Fake { fails_on: Mutex::new(vec![("shop-3-5xx", ErrorClass::Throttled)]), ..Fake::default() });
    let poll = poll(&fake);
    let groups: Vec<[String; 1]> = (0..8).map(of_group).collect();
    let answers = join_all(groups.iter().map(|names| poll.answers(names, AT_MOST))).await;
    let class = |number: usize| answers[number].answers[&groups[number][0]].as_ref().err().map(|error| error.class);
    assert!((0..8).all(|number| class(number) == Some(ErrorClass::Throttled)));
    join_all(groups.iter().map(|names| poll.answers(names, AT_MOST))).await;
    assert_eq!(fake.sizes(), [8]);
    fake.fails_on.lock().unwrap().clear();
    advance(POLL).await;
    assert!(poll.answers(&groups[3], AT_MOST).await.answers["shop-3-5xx"].is_ok());
}

#[tokio::test(start_paused = true)]
async fn an_alarm_that_does_not_exist_is_said_not_to_and_is_no_error() {
    let fake = Arc::new(Fake { missing: BTreeSet::from(["gone"]), ..Fake::default() });
    let names = ["gone".to_owned(), "shop-5xx".to_owned()];
    let answers = poll(&fake).answers(&names, AT_MOST).await.answers;
    assert_eq!(answers["gone"], Ok(None));
    assert!(matches!(answers["shop-5xx"], Ok(Some(_))));
}

#[tokio::test(start_paused = true)]
async fn a_look_that_is_given_up_leaves_the_others_their_answer_and_is_asked_for_no_more() {
    let fake = Arc::new(Fake::default());
    let poll = poll(&fake);
    let (one, other) = (of_group(1), of_group(2));
    let given_up = timeout(Duration::from_millis(30), poll.answers(&one, AT_MOST));
    let (gave_up, answered) = futures::join!(given_up, poll.answers(&other, AT_MOST));
    assert!(gave_up.is_err());
    assert!(answered.answers[&other[0]].is_ok());
    advance(Duration::from_secs(61)).await;
    poll.answers(&other, AT_MOST).await;
    assert_eq!(fake.calls.lock().unwrap().last().unwrap(), &other);
}
