//! Functions that answer as they are told, and what the process knows of those that it started.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::{Value, json};
use sluice_plan::hooks::{Execution, HookAnswer, HookCall, HookTarget, Verdict, parse_answer};
use sluice_plan::observation::{FunctionName, HookNeed};

use super::fixture::seconds;

/// What a function does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Function {
    /// It succeeds after so many seconds.
    Succeeds(i64),
    /// It fails after so many seconds.
    Fails(i64),
    /// It answers so many times that it is in progress, every 30 seconds, and then succeeds.
    IsInProgress(i64),
    /// It never answers.
    Hangs,
    /// It answers garbage, at once.
    AnswersGarbage,
    /// It fails so many attempts, at once, and then succeeds.
    FailsAttempts(i32),
    /// It was written for CodeDeploy, and fails for want of an id of CodeDeploy's.
    IsOfCodeDeploy,
    /// It was written for CodeDeploy, catches the error of its call, and answers nothing.
    AnswersNothing,
    /// It does not exist.
    IsMissing,
}

/// An invocation, as the function saw it.
#[derive(Clone, Debug)]
pub struct Invocation {
    pub at: Timestamp,
    pub call: HookCall,
}

#[derive(Clone, Debug, Default)]
pub struct Hooks {
    /// Functions, by their names. One that is not here succeeds after 5 seconds.
    pub functions: BTreeMap<String, Function>,
    /// What was started by this process.
    running: BTreeMap<String, Invocation>,
    /// Every start, of processes that are gone too.
    pub started: Vec<Invocation>,
    /// Names of functions that are looked at before a release begins.
    pub named: Vec<FunctionName>,
    /// What hooks need of Kubernetes, and what is wrong with each.
    pub needs: BTreeMap<HookNeed, Option<String>>,
}

impl Hooks {
    fn function(&self, name: &str) -> Function {
        self.functions.get(name).copied().unwrap_or(Function::Succeeds(5))
    }

    /// A hook starts. One that runs already goes on.
    pub fn start(&mut self, call: &HookCall, now: Timestamp) {
        let invocation = Invocation { at: now, call: call.clone() };
        self.started.push(invocation.clone());
        self.running.entry(call.execution_id.clone()).or_insert(invocation);
    }

    /// The process dies, and what it knew with it.
    pub fn die(&mut self) {
        self.running.clear();
    }

    /// What the process knows of every execution that it started.
    pub fn executions(&self, now: Timestamp) -> BTreeMap<String, Execution> {
        self.running.iter().map(|(id, one)| (id.clone(), self.state(one, now))).collect()
    }

    fn state(&self, one: &Invocation, now: Timestamp) -> Execution {
        let HookTarget::Lambda { function, .. } = &one.call.target else { panic!("{:?}", one.call.target) };
        let answer: Option<(i64, Vec<u8>)> = match self.function(function) {
            Function::Succeeds(after) => {
                Some((after, body(&json!({"hookStatus": "SUCCEEDED", "message": "12 of 12"}))))
            }
            Function::Fails(after) => Some((after, body(&json!({"hookStatus": "FAILED", "message": "3 of 12"})))),
            Function::IsInProgress(times) => Some((times * 30, body(&json!({"hookStatus": "SUCCEEDED"})))),
            Function::Hangs | Function::IsMissing => None,
            Function::AnswersGarbage => Some((1, b"<html>".to_vec())),
            Function::IsOfCodeDeploy => {
                let message = "FunctionError Unhandled: KeyError: 'DeploymentId'";
                Some((1, body(&json!({"hookStatus": "FAILED", "message": message}))))
            }
            Function::FailsAttempts(count) if one.call.payload.attempt <= count => {
                Some((1, body(&json!({"hookStatus": "FAILED"}))))
            }
            Function::FailsAttempts(_) => Some((1, body(&json!({"hookStatus": "SUCCEEDED"})))),
            Function::AnswersNothing => Some((1, body(&Value::Null))),
        };
        let running = || Execution::Running { message: None };
        answer.filter(|(after, _)| now >= one.at + seconds(*after)).map_or_else(
            running,
            |(_, body)| match parse_answer(&body) {
                HookAnswer::InProgress { .. } => running(),
                HookAnswer::Succeeded { message } => Execution::Ended(Verdict { succeeded: true, message }),
                HookAnswer::Failed { message } => Execution::Ended(Verdict { succeeded: false, message }),
            },
        )
    }

    /// Whether each function that is looked at can be invoked.
    pub fn functions(&self) -> BTreeMap<FunctionName, Option<String>> {
        let problem = |name: &FunctionName| {
            let is_missing = self.function(&name.function) == Function::IsMissing;
            is_missing.then(|| "ResourceNotFoundException: Function not found".to_owned())
        };
        self.named.iter().map(|name| (name.clone(), problem(name))).collect()
    }
}

fn body(answer: &Value) -> Vec<u8> {
    answer.to_string().into_bytes()
}
