//! The codes of AWS's services, with who is at fault, as the models of botocore have them (ECS, ELBv2, CodeDeploy, CodeBuild,
//! ECR, Lambda, STS, IAM, KMS, Secrets Manager, SSM, CloudWatch and its logs, S3, EFS, CloudFormation and more).

use sluice_explain::codes::{CodeClass, class_of};

/// What the models call a fault of the caller, and passes by itself all the same.
const EXCEPTIONS: &[&str] = &[
    "IDPCommunicationError",
    "InternalServiceException",
    "SnapStartTimeoutException",
    "XksProxyUriUnreachableException",
];

fn codes() -> impl Iterator<Item = (&'static str, bool)> {
    include_str!("data/aws-error-codes.txt").lines().filter_map(|line| {
        let (code, fault) = line.split_once(' ')?;
        Some((code, fault == "server"))
    })
}

#[test]
fn a_fault_of_the_caller_is_never_taken_for_a_service_that_is_not_well() {
    let wrong: Vec<&str> = codes()
        .filter(|(code, is_server)| !is_server && class_of(code) == Some(CodeClass::Unavailable))
        .map(|(code, _)| code)
        .filter(|code| !EXCEPTIONS.contains(code))
        .collect();
    assert!(wrong.is_empty(), "{wrong:?}");
}

#[test]
fn nearly_every_code_of_aws_has_a_class() {
    let without: Vec<&str> = codes().map(|(code, _)| code).filter(|code| class_of(code).is_none()).collect();
    let all = codes().count();
    assert!(without.len() * 8 < all, "{} of {all}: {without:?}", without.len());
}
