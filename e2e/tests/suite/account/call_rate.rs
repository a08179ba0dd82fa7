//! How often the operator calls Elastic Load Balancing, and how long it waits for its turn, by its own metrics.
//!
//! The journal says when a call arrived. On a busy machine calls that were sent apart arrive together, which is not the
//! operator's doing, so that rates are judged by what it had counted at moments between which it was asked.

use std::cell::RefCell;
use std::iter::Sum;
use std::str::FromStr;
use std::time::{Duration, Instant};

use sluice_e2e::world::{World, must};
use sluice_e2e::{Result, poll};

/// How many times longer than anything else a wait here may take. In 70 percent of the ten calls a second that Elastic
/// Load Balancing answers, the eleven hundred of fifty canaries take two and a half minutes on any machine.
const TIMES_LONGER: u32 = 4;

/// Share of the limits that the operator is to stay within, by default.
const SHARE: f64 = 0.7;

/// How often the operator had called Elastic Load Balancing, by its own count, when it was asked between two moments.
#[derive(Clone, Copy, Debug)]
pub struct Sample {
    asked: Duration,
    answered: Duration,
    calls: u64,
}

/// A world whose operator is asked for its count whenever something is waited for.
pub struct MeteredWorld {
    /// The world.
    pub world: World,
    began: Instant,
    /// What it said.
    pub samples: RefCell<Vec<Sample>>,
}

impl MeteredWorld {
    /// A world whose operator was not asked yet.
    pub fn new(world: World) -> Self {
        Self { world, began: Instant::now(), samples: RefCell::default() }
    }

    /// Waits for something in this world.
    pub fn wait<T>(&self, what: &str, look: impl Fn(&World) -> Result<Option<T>>) -> T {
        must(poll::within(poll::time_limit() * TIMES_LONGER, what, || {
            self.sample()?;
            look(&self.world)
        }))
    }

    /// Asks for the count once more.
    pub fn sample(&self) -> Result<u64> {
        let asked = self.began.elapsed();
        let calls = summed(&self.world.operator.metrics()?, "aws_tries_total{", "LoadBalancingAll");
        self.samples.borrow_mut().push(Sample { asked, answered: self.began.elapsed(), calls });
        Ok(calls)
    }
}

/// By how many calls the operator was over a bucket at the worst moment; negative when it never was. Between any two
/// samples it may have made what was in the bucket, and what came into it in the longest time that can have passed.
pub fn most_over(samples: &[Sample], burst: f64, per_second: f64) -> f64 {
    let pairs =
        samples.iter().enumerate().flat_map(|(index, first)| samples[index..].iter().map(move |last| (first, last)));
    pairs.map(|(first, last)| over(first, last, burst, per_second)).fold(f64::MIN, f64::max)
}

/// By how many calls the operator was over its share of a bucket from the first sample to the last; negative when it
/// was not. A debt of a moment, which is paid by whoever comes next, does not count here.
pub fn over_the_share(samples: &[Sample], burst: f64, per_second: f64) -> f64 {
    let ends = samples.first().zip(samples.last());
    ends.map_or(f64::MAX, |(first, last)| over(first, last, burst * SHARE, per_second * SHARE))
}

fn over(first: &Sample, last: &Sample, burst: f64, per_second: f64) -> f64 {
    let made = f64::from(u32::try_from(last.calls - first.calls).unwrap_or(u32::MAX));
    made - burst - last.answered.saturating_sub(first.asked).as_secs_f64() * per_second
}

/// How long looks and steps of these priorities waited on average, in seconds.
pub fn mean_wait(page: &str, priorities: &[&str]) -> f64 {
    let sum = |metric: &str| priorities.iter().map(|priority| summed::<f64>(page, metric, priority)).sum::<f64>();
    sum("_wait_seconds_sum{") / sum("_wait_seconds_count{")
}

/// The sum of the series of a metric, by the end of its name, whose labels have this word.
fn summed<T: FromStr + Sum>(page: &str, metric: &str, word: &str) -> T {
    let lines = page.lines().filter(|line| line.contains(metric) && line.contains(word));
    lines.filter_map(|line| line.rsplit(' ').next()?.parse::<T>().ok()).sum()
}

#[test]
fn calls_beyond_the_limit_or_the_share_are_found() {
    let sample = |seconds: u64, calls: u64| {
        let at = Duration::from_secs(seconds);
        Sample { asked: at, answered: at, calls }
    };
    let burst = [sample(0, 0), sample(0, 42)];
    assert!((most_over(&burst, 40.0, 10.0) - 2.0).abs() < 1e-9, "40 are the burst");
    let at_a_rate = |per_second: u64| (0..41).map(|second| sample(second, second * per_second)).collect::<Vec<_>>();
    assert!(most_over(&at_a_rate(10), 40.0, 10.0) < 0.0, "ten a second are the rate");
    assert!(most_over(&at_a_rate(12), 40.0, 10.0) > 30.0);
    assert!(over_the_share(&at_a_rate(7), 40.0, 10.0) < 0.0, "seven a second are within the share of ten");
    assert!(over_the_share(&at_a_rate(8), 40.0, 10.0) > 10.0);
    assert!(over_the_share(&[], 40.0, 10.0) > 0.0, "what was not counted is not within it");
}
