//! A simulator with a stepped clock, and clients for it that need no socket.

#![allow(missing_docs, reason = "names tell it")]

use std::time::Duration;

use serde_json::{Value, json};
use simulated_aws::scenario::Scenario;
use simulated_aws::wire::{Outcome, Reply, Request, Response};
use simulated_aws::{Moment, Simulator};

pub const SCENARIO: &str = include_str!("../../scenarios/shop.yaml");
pub const BLUE: &str = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/shop-a/73e2d6bc24d8a067";
pub const GREEN: &str = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/shop-b/9f1c2e7b55aa0013";
pub const RULE: &str = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener-rule/app/shop/50dc6c495c0c9188/f2f7dc8efc522ab2/9683b2d02a6cabee";
pub const TEST_LISTENER: &str =
    "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/shop/50dc6c495c0c9188/a1b2c3d4e5f60718";

/// An error as a client sees it.
#[derive(Debug, PartialEq, Eq)]
pub struct Failure {
    pub status: u16,
    pub code: String,
    pub message: String,
}

pub struct World {
    pub simulator: Simulator,
    pub now: Moment,
    pub access_key: String,
    pub session_token: Option<String>,
}

impl World {
    pub fn shop() -> Self {
        Self::of(SCENARIO)
    }

    pub fn of(scenario: &str) -> Self {
        let now = Moment::from_millis(1_790_000_000_000);
        let scenario = Scenario::parse(scenario).unwrap();
        Self {
            simulator: Simulator::new(scenario, now).unwrap(),
            now,
            access_key: "AKIATEST".to_owned(),
            session_token: None,
        }
    }

    /// Steps the clock as the server does, tick by tick.
    pub fn pass(&mut self, millis: u64) {
        for _ in 0..millis.div_ceil(20) {
            self.now = self.now.plus(Duration::from_millis(20));
            self.simulator.tick(self.now);
        }
    }

    /// Lets time pass until something is so, for at most a minute.
    pub fn until(&mut self, what: &str, is_so: impl Fn(&Self) -> bool) {
        for _ in 0..3000 {
            if is_so(self) {
                return;
            }
            self.pass(20);
        }
        panic!("not within a minute: {what}\n{:#}", self.look("state"));
    }

    fn authorization(&self, service: &str) -> (String, String) {
        (
            "authorization".to_owned(),
            format!(
                "AWS4-HMAC-SHA256 Credential={}/20260101/eu-west-1/{service}/aws4_request, SignedHeaders=host, Signature=0",
                self.access_key
            ),
        )
    }

    pub fn ecs_request(&self, operation: &str, parameters: &Value) -> Request {
        Request {
            method: "POST".to_owned(),
            path: "/".to_owned(),
            headers: vec![
                ("x-amz-target".to_owned(), format!("AmazonEC2ContainerServiceV20141113.{operation}")),
                self.authorization("ecs"),
            ],
            body: parameters.to_string().into_bytes(),
            ..Request::default()
        }
    }

    /// A request in a JSON protocol, with a target such as `AWSEvents.PutEvents`.
    pub fn json_request(&self, target: &str, service: &str, parameters: &Value) -> Request {
        Request {
            method: "POST".to_owned(),
            path: "/".to_owned(),
            headers: vec![("x-amz-target".to_owned(), target.to_owned()), self.authorization(service)],
            body: parameters.to_string().into_bytes(),
            ..Request::default()
        }
    }

    /// CloudWatch in JSON.
    pub fn cloudwatch(&mut self, operation: &str, parameters: Value) -> Result<Value, Failure> {
        let target = format!("GraniteServiceVersion20100801.{operation}");
        let request = self.json_request(&target, "monitoring", &parameters);
        parsed(answer(self.send(&request)))
    }

    /// EventBridge.
    pub fn events(&mut self, parameters: Value) -> Result<Value, Failure> {
        let request = self.json_request("AWSEvents.PutEvents", "events", &parameters);
        parsed(answer(self.send(&request)))
    }

    /// Invokes a Lambda function.
    pub fn invoke(&mut self, function: &str, more: &[(&str, &str)], payload: &str) -> Outcome {
        let mut headers = vec![self.authorization("lambda")];
        headers.extend(more.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        let request = Request {
            method: "POST".to_owned(),
            path: format!("/2015-03-31/functions/{function}/invocations"),
            headers,
            body: payload.as_bytes().to_vec(),
            ..Request::default()
        };
        self.send(&request)
    }

    pub fn send(&mut self, request: &Request) -> Outcome {
        self.simulator.handle(request, self.now)
    }

    pub fn ecs(&mut self, operation: &str, parameters: Value) -> Result<Value, Failure> {
        let request = self.ecs_request(operation, &parameters);
        parsed(answer(self.send(&request)))
    }

    /// Sends a form; the answer is the XML.
    pub fn query(&mut self, version: &str, action: &str, parameters: &Value) -> Result<String, Failure> {
        let mut pairs = vec![("Action".to_owned(), action.to_owned()), ("Version".to_owned(), version.to_owned())];
        flatten("", parameters, &mut pairs);
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
        let mut headers = vec![self.authorization("elasticloadbalancing")];
        if let Some(token) = &self.session_token {
            headers.push(("x-amz-security-token".to_owned(), token.clone()));
        }
        let request = Request {
            method: "POST".to_owned(),
            path: "/".to_owned(),
            headers,
            body: body.into_bytes(),
            ..Request::default()
        };
        let response = answer(self.send(&request));
        let xml = String::from_utf8(response.body).unwrap();
        if response.status == 200 {
            return Ok(xml);
        }
        let between = |tag: &str| {
            let rest = xml.split(&format!("<{tag}>")).nth(1).unwrap();
            rest.split(&format!("</{tag}>")).next().unwrap().to_owned()
        };
        Err(Failure { status: response.status, code: between("Code"), message: between("Message") })
    }

    pub fn elb(&mut self, action: &str, parameters: &Value) -> Result<String, Failure> {
        self.query("2015-12-01", action, parameters)
    }

    /// A GET of the control interface.
    pub fn look(&self, path: &str) -> Value {
        // Looking changes nothing, but `handle` cannot know that.
        let mut copy = self.simulator.clone();
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let request = Request {
            method: "GET".to_owned(),
            path: format!("/_sim/{path}"),
            query: query.to_owned(),
            ..Request::default()
        };
        serde_json::from_slice(&answer(copy.handle(&request, self.now)).body).unwrap()
    }

    /// A POST to the control interface; the answer is the status and the body.
    pub fn post(&mut self, path: &str, body: &str) -> (u16, Value) {
        let request = Request {
            method: "POST".to_owned(),
            path: format!("/_sim/{path}"),
            body: body.as_bytes().to_vec(),
            ..Request::default()
        };
        let response = answer(self.send(&request));
        (response.status, serde_json::from_slice(&response.body).unwrap())
    }

    pub fn task_sets(&self) -> Vec<Value> {
        let state = self.look("state");
        let services = state["services"].as_array().unwrap();
        let shop = services.iter().find(|service| service["service"] == "shop").unwrap();
        shop["taskSets"].as_array().unwrap().clone()
    }

    pub fn task_set(&self, id: &str) -> Option<Value> {
        self.task_sets().into_iter().find(|set| set["id"] == id)
    }

    pub fn primary(&self) -> String {
        let primary = self.task_sets().into_iter().find(|set| set["status"] == "PRIMARY").unwrap();
        primary["id"].as_str().unwrap().to_owned()
    }

    pub fn group(&self, arn: &str) -> Value {
        let state = self.look("state");
        let groups = state["targetGroups"].as_array().unwrap();
        groups.iter().find(|group| group["arn"] == arn).unwrap().clone()
    }

    pub fn violations(&self) -> Vec<String> {
        let found = self.look("invariants");
        let list = found["violations"].as_array().unwrap();
        list.iter().map(|violation| violation["invariant"].as_str().unwrap().to_owned()).collect()
    }

    pub fn lost(&self) -> u64 {
        self.look("traffic")["lost"].as_u64().unwrap()
    }

    /// Creates a task set in the green group, and returns its identifier.
    pub fn green(&mut self, task_definition: &str) -> String {
        let answer = self.ecs("CreateTaskSet", green_request(task_definition)).unwrap();
        answer["taskSet"]["id"].as_str().unwrap().to_owned()
    }

    pub fn until_steady(&mut self, id: &str) {
        self.until("steady", |world| world.task_set(id).is_some_and(|set| set["stabilityStatus"] == "STEADY_STATE"));
    }

    pub fn weigh(&mut self, blue: u32, green: u32) -> Result<String, Failure> {
        self.elb("ModifyRule", &json!({"RuleArn": RULE, "Actions": [forward(blue, green)]}))
    }

    pub fn weigh_test_listener(&mut self, blue: u32, green: u32) {
        let parameters = json!({"ListenerArn": TEST_LISTENER, "DefaultActions": [forward(blue, green)]});
        self.elb("ModifyListener", &parameters).unwrap();
    }
}

pub fn forward(blue: u32, green: u32) -> Value {
    json!({"Type": "forward", "ForwardConfig": {
        "TargetGroups": [{"TargetGroupArn": BLUE, "Weight": blue}, {"TargetGroupArn": GREEN, "Weight": green}],
        "TargetGroupStickinessConfig": {"Enabled": false},
    }})
}

pub fn green_request(task_definition: &str) -> Value {
    json!({
        "cluster": "prod",
        "service": "shop",
        "taskDefinition": task_definition,
        "externalId": "sluice-1",
        "clientToken": "token-1",
        "launchType": "FARGATE",
        "networkConfiguration": {"awsvpcConfiguration": {"subnets": ["subnet-1"], "securityGroups": ["sg-1"]}},
        "loadBalancers": [{"targetGroupArn": GREEN, "containerName": "web", "containerPort": 8080}],
        "scale": {"value": 100.0, "unit": "PERCENT"},
        "tags": [{"key": "sluice.dev/deployment", "value": "1"}],
    })
}

/// A JSON answer, or its error.
pub fn parsed(response: Response) -> Result<Value, Failure> {
    let body: Value = serde_json::from_slice(&response.body).unwrap();
    if response.status == 200 {
        return Ok(body);
    }
    Err(Failure {
        status: response.status,
        code: body["__type"].as_str().unwrap().to_owned(),
        message: body["message"].as_str().unwrap().to_owned(),
    })
}

/// The text of an element of an XML answer.
pub fn element(xml: &str, tag: &str) -> String {
    let rest = xml.split(&format!("<{tag}>")).nth(1).unwrap_or_else(|| panic!("no {tag} in {xml}"));
    rest.split(&format!("</{tag}>")).next().unwrap().to_owned()
}

pub fn answer(outcome: Outcome) -> Response {
    match outcome.reply {
        Reply::Answer(response) => response,
        Reply::Reset => panic!("the connection was reset"),
    }
}

/// A tree as a form's parameters.
fn flatten(prefix: &str, value: &Value, pairs: &mut Vec<(String, String)>) {
    let join = |key: &str| if prefix.is_empty() { key.to_owned() } else { format!("{prefix}.{key}") };
    match value {
        Value::Object(fields) => fields.iter().for_each(|(key, field)| flatten(&join(key), field, pairs)),
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                flatten(&join(&format!("member.{}", index + 1)), item, pairs);
            }
        }
        Value::String(text) => pairs.push((prefix.to_owned(), text.clone())),
        other => pairs.push((prefix.to_owned(), other.to_string())),
    }
}
