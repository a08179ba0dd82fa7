use futures::{FutureExt, future::join_all};
use tokio::time::sleep;

use super::*;

/// Answers after a while, and remembers when it was asked for what.
#[derive(Default)]
struct Many {
    asked: Mutex<Vec<(String, Vec<String>)>>,
    /// Fails every call that asks for one of these.
    fails_on: Vec<(&'static str, ErrorClass)>,
}

impl BatchRead for Arc<Many> {
    type Item = String;

    fn operation(&self) -> Operation {
        Operation::DescribeServices
    }

    fn at_once(&self) -> usize {
        10
    }

    fn describe<'a>(
        &'a self,
        cluster: &'a str,
        services: &'a [String],
    ) -> BoxFuture<'a, Result<Answers<String>, AwsError>> {
        self.asked.lock().unwrap().push((cluster.to_owned(), services.to_vec()));
        async move {
            sleep(Duration::from_millis(50)).await;
            if let Some((_, class)) = self.fails_on.iter().find(|(name, _)| services.iter().any(|asked| asked == name))
            {
                return Err(AwsError::new(Operation::DescribeServices, *class, "no"));
            }
            Ok(services.iter().map(|name| (name.clone(), Ok(Some(service(name))))).collect())
        }
        .boxed()
    }
}

fn service(name: &str) -> String {
    format!("arn:{name}")
}

fn batcher(many: &Arc<Many>) -> Batcher<Arc<Many>> {
    Batcher::new(Arc::clone(many), &Settings::default())
}

impl Many {
    fn sizes(&self) -> Vec<usize> {
        self.asked.lock().unwrap().iter().map(|(_, services)| services.len()).collect()
    }
}

#[tokio::test(start_paused = true)]
async fn twelve_callers_at_once_are_two_calls_and_each_gets_its_own() {
    let many = Arc::new(Many::default());
    let batcher = batcher(&many);
    let names: Vec<String> = (0..12).map(|n| format!("shop-{n}")).collect();
    let answers = join_all(names.iter().map(|name| batcher.describe("live", name))).await;
    for (name, answer) in names.iter().zip(answers) {
        assert_eq!(answer, Ok(Some(service(name))));
    }
    assert_eq!(many.sizes(), [10, 2]);
}

#[tokio::test(start_paused = true)]
async fn callers_of_the_same_service_share_its_place() {
    let many = Arc::new(Many::default());
    let batcher = batcher(&many);
    let answers = join_all((0..30).map(|_| batcher.describe("live", "shop"))).await;
    assert_eq!(answers.len(), 30);
    assert_eq!(many.sizes(), [1]);
}

#[tokio::test(start_paused = true)]
async fn clusters_do_not_share_calls() {
    let many = Arc::new(Many::default());
    let batcher = batcher(&many);
    let (one, other) = futures::join!(batcher.describe("live", "shop"), batcher.describe("test", "shop"));
    assert!(one.is_ok() && other.is_ok());
    assert_eq!(many.sizes(), [1, 1]);
}

#[tokio::test(start_paused = true)]
async fn every_caller_gets_the_error_of_its_call() {
    let many = Arc::new(Many { fails_on: vec![("shop-1", ErrorClass::Throttled)], ..Many::default() });
    let batcher = batcher(&many);
    let names: Vec<String> = (0..3).map(|n| format!("shop-{n}")).collect();
    for answer in join_all(names.iter().map(|name| batcher.describe("live", name))).await {
        assert_eq!(answer.unwrap_err().class, ErrorClass::Throttled);
    }
    assert_eq!(many.sizes(), [3]);
}

#[tokio::test(start_paused = true)]
async fn what_one_of_many_is_refused_is_told_to_its_caller_alone() {
    for class in [ErrorClass::NotFound, ErrorClass::Refused, ErrorClass::AccessDenied, ErrorClass::Unknown] {
        let many = Arc::new(Many { fails_on: vec![("shop-3", class), ("shop-4", class)], ..Many::default() });
        let batcher = batcher(&many);
        let names: Vec<String> = (0..8).map(|n| format!("shop-{n}")).collect();
        let answers = join_all(names.iter().map(|name| batcher.describe("live", name))).await;
        let failed = |(name, answer): (&String, &Answer<String>)| answer.is_err().then(|| name.clone());
        assert_eq!(names.iter().zip(&answers).filter_map(failed).collect::<Vec<_>>(), ["shop-3", "shop-4"]);
        assert_eq!(many.sizes(), [8, 4, 2, 2, 1, 1, 4, 2, 1, 1, 2]);
    }
}

#[tokio::test(start_paused = true)]
async fn a_lone_caller_waits_for_one_window() {
    let many = Arc::new(Many::default());
    let begun = Instant::now();
    batcher(&many).describe("live", "shop").await.unwrap();
    assert!(begun.elapsed() < Duration::from_millis(50 + 25), "{:?}", begun.elapsed());
}

#[tokio::test(start_paused = true)]
async fn a_steady_trickle_holds_a_batch_up_for_a_tenth_of_a_second_at_most() {
    let many = Arc::new(Many::default());
    let batcher = batcher(&many);
    let trickle = (0..9).map(|n| {
        let batcher = &batcher;
        async move {
            sleep(Duration::from_millis(n * 15)).await;
            batcher.describe("live", &format!("shop-{n}")).await
        }
    });
    join_all(trickle).await;
    assert_eq!(many.sizes(), [7, 2]);
}

#[tokio::test(start_paused = true)]
async fn a_slow_answer_does_not_hold_up_the_next_batch() {
    let many = Arc::new(Many::default());
    let batcher = batcher(&many);
    let begun = Instant::now();
    let late = async {
        sleep(Duration::from_millis(30)).await;
        batcher.describe("live", "b").await
    };
    let (one, other) = futures::join!(batcher.describe("live", "a"), late);
    assert!(one.is_ok() && other.is_ok());
    assert_eq!(many.sizes(), [1, 1]);
    assert!(begun.elapsed() < Duration::from_millis(110), "{:?}", begun.elapsed());
}

#[tokio::test(start_paused = true)]
async fn nothing_is_kept_of_a_cluster_once_nobody_asks() {
    let many = Arc::new(Many::default());
    let batcher = batcher(&many);
    batcher.describe("live", "shop").await.unwrap();
    assert!(batcher.shared.scopes.lock().unwrap().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_caller_that_gives_up_leaves_the_others_their_answer() {
    let many = Arc::new(Many::default());
    let batcher = batcher(&many);
    let gives_up = tokio::time::timeout(Duration::from_millis(5), batcher.describe("live", "a"));
    let (gave_up, other) = futures::join!(gives_up, batcher.describe("live", "b"));
    assert!(gave_up.is_err());
    assert_eq!(other, Ok(Some(service("b"))));
}
