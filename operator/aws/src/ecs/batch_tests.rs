use futures::{FutureExt, future::join_all};
use tokio::time::sleep;

use super::*;

/// Answers after a while, and remembers when it was asked for what.
#[derive(Default)]
struct Many {
    asked: Mutex<Vec<(String, Vec<String>)>>,
    fails: bool,
}

impl DescribeMany for Many {
    fn describe<'a>(&'a self, cluster: &'a str, services: &'a [String]) -> BoxFuture<'a, Result<Answers, AwsError>> {
        self.asked.lock().unwrap().push((cluster.to_owned(), services.to_vec()));
        async move {
            sleep(Duration::from_millis(50)).await;
            if self.fails {
                return Err(AwsError::new(Operation::DescribeServices, ErrorClass::Throttled, "Rate exceeded"));
            }
            Ok(services.iter().map(|name| (name.clone(), Ok(Some(service(name))))).collect())
        }
        .boxed()
    }
}

fn service(name: &str) -> Service {
    Service { arn: format!("arn:{name}"), active: true, external: true, desired_count: 1, task_sets: Vec::new() }
}

fn name(cluster: &str, service: &str) -> ServiceName {
    ServiceName { cluster: cluster.to_owned(), service: service.to_owned() }
}

fn batcher(many: &Arc<Many>) -> Batcher {
    let many: Arc<dyn DescribeMany> = many.clone();
    Batcher::new(many, &Settings::default())
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
    let names: Vec<ServiceName> = (0..12).map(|n| name("live", &format!("shop-{n}"))).collect();
    let answers = join_all(names.iter().map(|name| batcher.describe(name))).await;
    for (name, answer) in names.iter().zip(answers) {
        assert_eq!(answer, Ok(Some(service(&name.service))));
    }
    assert_eq!(many.sizes(), [10, 2]);
}

#[tokio::test(start_paused = true)]
async fn callers_of_the_same_service_share_its_place() {
    let many = Arc::new(Many::default());
    let batcher = batcher(&many);
    let shop = name("live", "shop");
    let answers = join_all((0..30).map(|_| batcher.describe(&shop))).await;
    assert_eq!(answers.len(), 30);
    assert_eq!(many.sizes(), [1]);
}

#[tokio::test(start_paused = true)]
async fn clusters_do_not_share_calls() {
    let many = Arc::new(Many::default());
    let batcher = batcher(&many);
    let (live, test) = (name("live", "shop"), name("test", "shop"));
    let (one, other) = futures::join!(batcher.describe(&live), batcher.describe(&test));
    assert!(one.is_ok() && other.is_ok());
    assert_eq!(many.sizes(), [1, 1]);
}

#[tokio::test(start_paused = true)]
async fn every_caller_gets_the_error_of_its_call() {
    let many = Arc::new(Many { fails: true, ..Many::default() });
    let batcher = batcher(&many);
    let names: Vec<ServiceName> = (0..3).map(|n| name("live", &format!("shop-{n}"))).collect();
    for answer in join_all(names.iter().map(|name| batcher.describe(name))).await {
        assert_eq!(answer.unwrap_err().class, ErrorClass::Throttled);
    }
    assert_eq!(many.sizes(), [3]);
}

#[tokio::test(start_paused = true)]
async fn a_lone_caller_waits_for_one_window() {
    let many = Arc::new(Many::default());
    let begun = Instant::now();
    batcher(&many).describe(&name("live", "shop")).await.unwrap();
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
            batcher.describe(&name("live", &format!("shop-{n}"))).await
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
    let (first, second) = (name("live", "a"), name("live", "b"));
    let late = async {
        sleep(Duration::from_millis(30)).await;
        batcher.describe(&second).await
    };
    let (one, other) = futures::join!(batcher.describe(&first), late);
    assert!(one.is_ok() && other.is_ok());
    assert_eq!(many.sizes(), [1, 1]);
    assert!(begun.elapsed() < Duration::from_millis(110), "{:?}", begun.elapsed());
}

#[tokio::test(start_paused = true)]
async fn nothing_is_kept_of_a_cluster_once_nobody_asks() {
    let many = Arc::new(Many::default());
    let batcher = batcher(&many);
    batcher.describe(&name("live", "shop")).await.unwrap();
    assert!(batcher.shared.clusters.lock().unwrap().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_caller_that_gives_up_leaves_the_others_their_answer() {
    let many = Arc::new(Many::default());
    let batcher = batcher(&many);
    let (a, b) = (name("live", "a"), name("live", "b"));
    let gives_up = tokio::time::timeout(Duration::from_millis(5), batcher.describe(&a));
    let (gave_up, other) = futures::join!(gives_up, batcher.describe(&b));
    assert!(gave_up.is_err());
    assert_eq!(other, Ok(Some(service("b"))));
}
