//! The fence, retries and time-outs, seen from the ports.

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use tokio::time::Instant;

use crate::{
    error::{AwsError, ErrorClass},
    ports::ServiceName,
    testing::{Aws, NEVER, ecs_error},
};

async fn delete(aws: &Aws) -> Result<(), AwsError> {
    let shop = ServiceName { cluster: "live".to_owned(), service: "shop".to_owned() };
    aws.region().ecs.delete_task_set(&shop, "ecs-svc/1").await
}

// S13 Fence
#[tokio::test(start_paused = true)]
async fn without_a_lease_a_write_is_fenced_and_nothing_is_sent() {
    let aws = Aws::always(200, "{}");
    aws.lose_lease();
    let error = delete(&aws).await.unwrap_err();
    assert_eq!(error.class, ErrorClass::Fenced);
    assert!(error.to_string().contains("lease"), "{error}");
    assert!(aws.seen().is_empty());
    assert!(
        aws.metrics().contains(r#"sluice_aws_calls_total{service="ecs",operation="DeleteTaskSet",result="Fenced"} 1"#)
    );
}

#[tokio::test(start_paused = true)]
async fn without_a_lease_reads_go_on() {
    let aws = Aws::always(400, ecs_error("ClientException", "Unable to describe task definition."));
    aws.lose_lease();
    assert_eq!(aws.region().ecs.describe_task_definition("web:7").await, Ok(None));
}

// S13 Fence
#[tokio::test(start_paused = true)]
async fn a_lease_that_is_lost_between_two_tries_stops_the_second() {
    let holder = std::sync::Arc::new(std::sync::OnceLock::<Aws>::new());
    let seen_by_answer = holder.clone();
    let aws = Aws::answering(move |_| {
        seen_by_answer.get().unwrap().lose_lease();
        Ok((500, ecs_error("ServerException", "")))
    });
    holder.set(aws.clone()).unwrap();
    assert_eq!(delete(&aws).await.unwrap_err().class, ErrorClass::Fenced);
    assert_eq!(aws.operations(), ["DeleteTaskSet"]);
}

#[tokio::test(start_paused = true)]
async fn a_write_is_tried_twice_and_a_read_three_times() {
    let aws = Aws::always(500, ecs_error("ServerException", ""));
    assert_eq!(delete(&aws).await.unwrap_err().class, ErrorClass::Unavailable);
    assert_eq!(aws.seen().len(), 2);
    let aws = Aws::always(400, ecs_error("ThrottlingException", "Rate exceeded"));
    let error = aws.region().ecs.describe_task_definition("web:7").await.unwrap_err();
    assert_eq!(error.class, ErrorClass::Throttled);
    assert_eq!(aws.seen().len(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_refused_write_is_not_tried_again() {
    let aws = Aws::always(400, ecs_error("InvalidParameterException", "no"));
    assert_eq!(delete(&aws).await.unwrap_err().class, ErrorClass::Refused);
    assert_eq!(aws.seen().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_lost_answer_is_made_good_by_the_second_try() {
    let tries = AtomicUsize::new(0);
    let aws = Aws::answering(move |_| match tries.fetch_add(1, Ordering::SeqCst) {
        0 => Ok((NEVER, String::new())),
        _ => Ok((200, "{}".to_owned())),
    });
    assert_eq!(delete(&aws).await, Ok(()));
    assert_eq!(aws.seen().len(), 2);
}

// S12 Barrier
#[tokio::test(start_paused = true)]
async fn a_write_without_an_answer_ends_before_the_barrier() {
    let aws = Aws::always(NEVER, "");
    let begun = Instant::now();
    assert_eq!(delete(&aws).await.unwrap_err().class, ErrorClass::Unavailable);
    assert!(begun.elapsed() <= Duration::from_secs(10), "{:?}", begun.elapsed());
}
