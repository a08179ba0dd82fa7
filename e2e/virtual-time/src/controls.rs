//! What a test asks of the simulated AWS beside what AWS has.

use std::sync::PoisonError;

use crate::scenario::{REGION, rule, target_group};
use crate::world::World;

impl World {
    /// Someone makes a rule for test traffic on the listener of a service, which forwards to both target groups, and all of it to
    /// `a`. Its ARN; none where AWS does not take it.
    #[must_use]
    pub fn make_test_rule(&self, service: usize) -> Option<String> {
        let listener = rule(service).replace(":listener-rule/", ":listener/");
        let (listener, _) = listener.rsplit_once('/')?;
        let (a, b) = (target_group(service, 'a'), target_group(service, 'b'));
        let groups = "Actions.member.1.ForwardConfig.TargetGroups.member";
        let body = format!(
            "Action=CreateRule&Version=2015-12-01&ListenerArn={listener}&Priority=5&Conditions.member.1.Field=host-header\
             &Conditions.member.1.Values.member.1=test.example.com&Actions.member.1.Type=forward\
             &{groups}.1.TargetGroupArn={a}&{groups}.1.Weight=1&{groups}.2.TargetGroupArn={b}&{groups}.2.Weight=0"
        );
        let credential = format!("Credential=AKIDSOMEONEELSE/20260101/{REGION}/elasticloadbalancing/aws4_request");
        let authorization = format!("AWS4-HMAC-SHA256 {credential}, SignedHeaders=host, Signature=0");
        let request = simulated_aws::wire::Request {
            method: "POST".to_owned(),
            path: "/".to_owned(),
            headers: vec![("authorization".to_owned(), authorization)],
            body: body.into_bytes(),
            ..simulated_aws::wire::Request::default()
        };
        let mut simulator = self.simulator.lock().unwrap_or_else(PoisonError::into_inner);
        let simulated_aws::wire::Reply::Answer(answer) = simulator.handle(&request, self.clock.moment()).reply else {
            return None;
        };
        let text = String::from_utf8(answer.body).ok()?;
        let (_, rest) = text.split_once("<RuleArn>")?;
        rest.split_once("</RuleArn>").map(|(arn, _)| arn.to_owned())
    }

    /// Gives an alarm a state, as by hand.
    pub fn set_alarm(&self, name: &str, state: &str) {
        let body = serde_json::json!({"state": state, "reason": format!("drill: {state}")});
        self.ask(&format!("/_sim/alarms/{name}"), &body);
    }

    /// Asks the control interface for something, such as a fault. True when it was taken.
    pub fn ask(&self, path: &str, body: &serde_json::Value) -> bool {
        self.send(&simulated_aws::wire::Request {
            method: "POST".to_owned(),
            path: path.to_owned(),
            body: body.to_string().into_bytes(),
            ..simulated_aws::wire::Request::default()
        })
    }

    /// How often an operation was called.
    #[must_use]
    pub fn calls_of(&self, operation: &str) -> u64 {
        let calls = self.control("/_sim/calls");
        let mut counts = calls["operations"].as_array().into_iter().flatten();
        let count = counts.find(|count| count["operation"] == operation);
        count.and_then(|count| count["calls"].as_u64()).unwrap_or_default()
    }
}
