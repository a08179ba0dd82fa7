use sluice_plan::observation::FunctionName;

use crate::{
    error::ErrorClass,
    ports::FunctionAnswer,
    testing::{Aws, NEVER, ecs_error},
};

fn smoke() -> FunctionName {
    FunctionName { function: "shop-smoke".to_owned(), qualifier: Some("live".to_owned()) }
}

#[tokio::test(start_paused = true)]
async fn a_function_is_invoked_by_its_name_and_qualifier_and_its_answer_comes_as_it_is() {
    let aws = Aws::always(200, r#"{"hookStatus": "SUCCEEDED"}"#);
    let answer = aws.region().functions.invoke(&smoke(), br#"{"attempt": 1}"#.to_vec()).await.unwrap();
    assert_eq!(answer, FunctionAnswer { payload: br#"{"hookStatus": "SUCCEEDED"}"#.to_vec(), error: None });
    let seen = &aws.seen()[0];
    assert_eq!((seen.operation.as_str(), seen.body.as_str()), ("Invoke", r#"{"attempt": 1}"#));
    assert!(seen.uri.contains("/2015-03-31/functions/shop-smoke/invocations?Qualifier=live"), "{}", seen.uri);
}

#[tokio::test(start_paused = true)]
async fn a_run_is_tried_once_and_whoever_asks_decides_what_then() {
    let table = [
        (429, "TooManyRequestsException", ErrorClass::Throttled),
        (500, "ServiceException", ErrorClass::Unavailable),
        (502, "EC2ThrottledException", ErrorClass::Unavailable),
        (409, "ResourceConflictException", ErrorClass::Unavailable),
        (403, "AccessDeniedException", ErrorClass::AccessDenied),
        (404, "ResourceNotFoundException", ErrorClass::NotFound),
        (400, "InvalidParameterValueException", ErrorClass::Refused),
    ];
    for (status, code, class) in table {
        let aws = Aws::always(status, ecs_error(code, "no"));
        let error = aws.region().functions.invoke(&smoke(), Vec::new()).await.unwrap_err();
        assert_eq!((error.class, aws.seen().len()), (class, 1), "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn no_more_is_read_of_an_answer_than_a_function_can_give() {
    let longest = format!("\"{}\"", "x".repeat(6 * 1024 * 1024 - 2));
    let aws = Aws::always(200, longest.clone());
    let answer = aws.region().functions.invoke(&smoke(), Vec::new()).await.unwrap();
    assert_eq!(answer.payload.len(), longest.len());
    let aws = Aws::always(200, format!("{longest} "));
    let error = aws.region().functions.invoke(&smoke(), Vec::new()).await.unwrap_err();
    assert_eq!(error.class, ErrorClass::Refused, "{error}");
    assert!(error.message.contains("longer than 6 MiB"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_run_without_an_answer_is_given_up_after_the_longest_that_a_function_may_take() {
    let aws = Aws::always(NEVER, "");
    let begun = tokio::time::Instant::now();
    let error = aws.region().functions.invoke(&smoke(), Vec::new()).await.unwrap_err();
    assert_eq!(error.class, ErrorClass::Unavailable, "{error}");
    assert!(begun.elapsed().as_secs() > 15 * 60, "{:?}", begun.elapsed());
}

#[tokio::test(start_paused = true)]
async fn a_dry_run_tells_whether_a_function_is_there_and_may_be_invoked() {
    let functions = Aws::always(204, "").region().functions;
    assert_eq!(functions.problem(&smoke()).await, Ok(None));
    for (status, code) in [(404, "ResourceNotFoundException"), (403, "AccessDeniedException")] {
        let functions = Aws::always(status, ecs_error(code, "Function not found")).region().functions;
        let problem = functions.problem(&smoke()).await.unwrap().unwrap();
        assert!(problem.contains(code) && problem.contains("Function not found"), "{problem}");
    }
    // What passes says nothing of the function.
    let functions = Aws::always(429, ecs_error("TooManyRequestsException", "Rate Exceeded.")).region().functions;
    assert_eq!(functions.problem(&smoke()).await.unwrap_err().class, ErrorClass::Throttled);
}

#[tokio::test(start_paused = true)]
async fn nothing_is_invoked_without_the_lease() {
    let aws = Aws::always(200, "null");
    aws.lose_lease();
    let error = aws.region().functions.invoke(&smoke(), Vec::new()).await.unwrap_err();
    assert_eq!((error.class, aws.seen().len()), (ErrorClass::Fenced, 0));
}
