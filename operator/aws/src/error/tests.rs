use aws_config::web_identity_token::{StaticConfiguration, WebIdentityTokenCredentialsProvider};
use aws_sdk_ecs::config::SharedCredentialsProvider;
use aws_smithy_runtime_api::client::result::ConnectorError;
use sluice_api::Share;
use sluice_plan::{WeightChange, observation::RouteKind};

use super::{AwsError, ErrorClass};
use crate::{
    ports::ServiceName,
    testing::{Aws, Reply, ecs_error, xml_error},
};

fn shop() -> ServiceName {
    ServiceName { cluster: "live".to_owned(), service: "shop".to_owned() }
}

async fn failed_scale(aws: &Aws) -> AwsError {
    aws.region().ecs.update_task_set(&shop(), "ecs-svc/1", Share::from_percent(10)).await.unwrap_err()
}

#[tokio::test(start_paused = true)]
async fn codes_of_ecs_fall_into_their_classes() {
    let table = [
        (400, "ThrottlingException", "Rate exceeded", ErrorClass::Throttled),
        (500, "ServerException", "Service Unavailable. Please try again later.", ErrorClass::Unavailable),
        (
            400,
            "UnrecognizedClientException",
            "The security token included in the request is invalid.",
            ErrorClass::Credentials,
        ),
        (
            400,
            "ExpiredTokenException",
            "The security token included in the request is expired",
            ErrorClass::Credentials,
        ),
        (
            400,
            "AccessDeniedException",
            "User: arn:aws:sts::123456789012:assumed-role/sluice/1 is not authorized to perform: ecs:UpdateTaskSet",
            ErrorClass::AccessDenied,
        ),
        (400, "TaskSetNotFoundException", "", ErrorClass::NotFound),
        (400, "ClusterNotFoundException", "Cluster not found.", ErrorClass::NotFound),
        (400, "ServiceNotFoundException", "Service not found.", ErrorClass::NotFound),
        (400, "ClientException", "The specified task set does not exist.", ErrorClass::NotFound),
        (400, "ClientException", "\nTaskDefinition not found.", ErrorClass::NotFound),
        (400, "ClientException", "No Fargate configuration exists for given values.", ErrorClass::Refused),
        (
            400,
            "InvalidParameterException",
            "5 deployments exist on the service. Unable to create new TaskSet since this exceeds the maximum limit.",
            ErrorClass::Refused,
        ),
        (400, "LimitExceededException", "The limit for the resource was exceeded.", ErrorClass::Refused),
        (400, "UnsupportedFeatureException", "", ErrorClass::Refused),
        (400, "ServiceNotActiveException", "Service was not ACTIVE.", ErrorClass::Refused),
        (503, "SomethingNew", "", ErrorClass::Unavailable),
        (403, "SomethingNew", "", ErrorClass::AccessDenied),
        (400, "SomethingNew", "", ErrorClass::Unknown),
    ];
    for (status, code, message, class) in table {
        let error = failed_scale(&Aws::always(status, ecs_error(code, message))).await;
        assert_eq!((error.class, error.code.as_deref()), (class, Some(code)), "{code} {message}");
    }
}

#[tokio::test(start_paused = true)]
async fn codes_of_elb_fall_into_their_classes() {
    let table = [
        (400, "Throttling", "Rate exceeded", ErrorClass::Throttled),
        (400, "TargetGroupNotFound", "One or more target groups not found", ErrorClass::NotFound),
        (
            403,
            "InvalidClientTokenId",
            "The security token included in the request is invalid.",
            ErrorClass::Credentials,
        ),
        (403, "ExpiredToken", "The security token included in the request is expired", ErrorClass::Credentials),
        (403, "SignatureDoesNotMatch", "The request signature we calculated does not match", ErrorClass::Credentials),
        (403, "AccessDenied", "User: x is not authorized", ErrorClass::AccessDenied),
        (400, "ValidationError", "'x' is not a valid target group ARN", ErrorClass::Refused),
        (400, "TooManyTargetGroups", "", ErrorClass::Refused),
        (500, "HealthUnavailable", "", ErrorClass::Unavailable),
        (503, "ServiceUnavailable", "", ErrorClass::Unavailable),
    ];
    for (status, code, message, class) in table {
        let aws = Aws::always(status, xml_error(code, message));
        // It reads the rule first, and no answer to that passes for one that is not there.
        let change = WeightChange { route: "rule".to_owned(), kind: RouteKind::Rule, weights: Vec::new(), adds: false };
        let error = aws.region().load_balancing.set_weights(&change).await.unwrap_err();
        assert_eq!((error.class, error.code.as_deref()), (class, Some(code)), "{code} {message}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_error_reads_as_what_was_called_and_what_came_back() {
    let error = failed_scale(&Aws::always(400, ecs_error("ThrottlingException", "Rate exceeded"))).await;
    assert_eq!(error.to_string(), "failed to call ecs:UpdateTaskSet: ThrottlingException: Rate exceeded");
    assert!(error.is_transient());
}

#[tokio::test(start_paused = true)]
async fn a_message_is_one_line_of_at_most_256_characters() {
    let signed = "The request signature we calculated does not match the signature you provided.\n\n\
                  The Canonical String for this request should have been\n'POST\nx-amz-security-token:SECRET'";
    let error = failed_scale(&Aws::always(403, ecs_error("InvalidSignatureException", signed))).await;
    assert_eq!(error.message, "The request signature we calculated does not match the signature you provided.");
    let error = failed_scale(&Aws::always(400, ecs_error("ClientException", &"ü".repeat(300)))).await;
    assert_eq!(error.message.chars().count(), 256);
}

#[tokio::test(start_paused = true)]
async fn a_page_of_a_proxy_is_classed_by_its_status() {
    let error = failed_scale(&Aws::always(502, "<html>Bad Gateway</html>")).await;
    assert_eq!((error.class, error.code), (ErrorClass::Unavailable, None));
    let error = failed_scale(&Aws::always(429, "<html>slow down</html>")).await;
    assert_eq!(error.class, ErrorClass::Throttled);
}

#[tokio::test(start_paused = true)]
async fn no_answer_is_unavailable() {
    let refused = |_: &_| -> Reply { Err(ConnectorError::io("connection refused".into())) };
    let error = failed_scale(&Aws::answering(refused)).await;
    assert_eq!(error.class, ErrorClass::Unavailable);
    assert!(error.message.contains("connection refused"), "{error}");
    let late = |_: &_| -> Reply { Err(ConnectorError::timeout("no answer in time".into())) };
    assert_eq!(failed_scale(&Aws::answering(late)).await.class, ErrorClass::Unavailable);
}

#[tokio::test(start_paused = true)]
async fn credentials_that_cannot_be_loaded_are_told_from_an_endpoint_that_is_down() {
    let token = StaticConfiguration {
        web_identity_token_file: "/nowhere/token".into(),
        role_arn: "arn:aws:iam::123456789012:role/sluice".to_owned(),
        session_name: "sluice".to_owned(),
    };
    let provider = WebIdentityTokenCredentialsProvider::builder().static_configuration(token).build();
    let aws = Aws::always(200, "{}");
    let region = aws.region_with(SharedCredentialsProvider::new(provider));
    let error = region.ecs.update_task_set(&shop(), "ecs-svc/1", Share::from_percent(10)).await.unwrap_err();
    assert_eq!(error.class, ErrorClass::Credentials, "{error}");
    assert!(aws.seen().is_empty());
}

#[test]
fn only_throttling_and_an_unavailable_service_pass_by_themselves() {
    let transient: Vec<ErrorClass> = ErrorClass::ALL.into_iter().filter(|class| class.is_transient()).collect();
    assert_eq!(transient, [ErrorClass::Throttled, ErrorClass::Unavailable]);
}
