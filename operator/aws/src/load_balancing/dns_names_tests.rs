use std::time::Duration;

use crate::{
    error::ErrorClass,
    testing::{Aws, Seen, xml, xml_error},
};

/// `alb` has a name, `gone` is not there, and all else may not be read.
fn answer(seen: &Seen) -> (u16, String) {
    assert_eq!(seen.operation, "DescribeLoadBalancers");
    let form = seen.form();
    let arns: Vec<&str> =
        form.values().map(String::as_str).filter(|arn| ["alb", "gone", "denied"].contains(arn)).collect();
    match arns[..] {
        ["alb"] => {
            let member = "<member><LoadBalancerArn>alb</LoadBalancerArn><DNSName>shop-1.elb.example</DNSName></member>";
            (200, xml(&seen.operation, &format!("<LoadBalancers>{member}</LoadBalancers>")))
        }
        ["gone"] => (400, xml_error("LoadBalancerNotFound", "not found")),
        _ => (403, xml_error("AccessDenied", "not authorized to perform: DescribeLoadBalancers")),
    }
}

#[tokio::test(start_paused = true)]
async fn a_name_is_read_once_and_what_is_not_known_once_an_hour() {
    let aws = Aws::answering(|seen| Ok(answer(seen)));
    let region = aws.region();
    let minutes = |minutes| Duration::from_mins(minutes);
    for (wait, calls) in [(minutes(0), 3), (minutes(59), 3), (minutes(2), 5), (minutes(60 * 24), 7)] {
        tokio::time::advance(wait).await;
        let known = region.load_balancing.dns_name("alb").await;
        assert_eq!(known, Ok(Some("shop-1.elb.example".to_owned())));
        assert_eq!(region.load_balancing.dns_name("gone").await, Ok(None));
        let denied = region.load_balancing.dns_name("denied").await.unwrap_err();
        assert_eq!(denied.class, ErrorClass::AccessDenied);
        assert_eq!(aws.operations().len(), calls, "after {wait:?}");
    }
}
