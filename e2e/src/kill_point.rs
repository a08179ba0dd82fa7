//! The call at which an operator is to die: before it is sent, or right after its answer.
//!
//! Whatever the operator calls goes through a [`crate::relay::Relay`] or to a [`crate::gate::Gate`], which ask here before they
//! pass it on. Once the call is met, nothing that the operator sends is passed on any more: the test then kills it, and what
//! is left behind is what a process leaves that died at this very moment, however late the signal comes.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::error::Result;
use crate::poll;

/// Whom the operator calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Callee {
    /// The simulated AWS.
    Aws,
    /// The API server.
    Kubernetes,
    /// A host of HTTP hooks. What is sent to it, only the host can read.
    Host,
}

/// A request of the operator.
#[derive(Clone, Debug)]
pub struct Request {
    /// To whom it goes.
    pub to: Callee,
    /// Its first line and its headers.
    pub head: String,
    /// Its body.
    pub body: String,
}

impl Request {
    /// Its method, such as `POST`.
    #[must_use]
    pub fn method(&self) -> &str {
        self.head.split(' ').next().unwrap_or_default()
    }

    /// Its path, with the query.
    #[must_use]
    pub fn path(&self) -> &str {
        self.head.split(' ').nth(1).unwrap_or_default()
    }
}

/// When the operator dies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// The call never leaves it.
    BeforeItIsSent,
    /// The call had its effect and was answered; nothing that follows from the answer leaves it, a record neither.
    AfterItsAnswer,
}

/// What is done with a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Passage {
    /// It is passed on.
    Passed,
    /// The same, and its answer is told of before that is handed over.
    AnswerIsTold,
    /// It is not passed on, ever.
    Held,
}

type IsIt = Box<dyn Fn(&Request) -> bool + Send>;

#[derive(Default)]
enum Stage {
    /// Everything is passed on.
    #[default]
    Open,
    /// The same, until this call.
    Armed(IsIt, Moment),
    /// The call was passed on, and its answer is not there yet.
    Sent,
    /// Nothing is passed on.
    Met,
}

#[derive(Default)]
struct State {
    stage: Stage,
    passed: Vec<Request>,
}

/// One operator's, shared by all that it calls through.
#[derive(Clone, Default)]
pub struct KillPoint(Arc<Mutex<State>>);

impl std::fmt::Debug for KillPoint {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("KillPoint").finish_non_exhaustive()
    }
}

impl KillPoint {
    /// The next call like this is where it dies.
    pub fn arm(&self, is_it: impl Fn(&Request) -> bool + Send + 'static, moment: Moment) {
        self.lock().stage = Stage::Armed(Box::new(is_it), moment);
    }

    /// Waits until the call is met, which is named by these words.
    pub fn wait_met(&self, what: &str) -> Result<()> {
        poll::closely(what, || Ok(matches!(self.lock().stage, Stage::Met).then_some(())))
    }

    /// Passes everything on from now on. What was held stays held.
    pub fn open(&self) {
        self.lock().stage = Stage::Open;
    }

    /// All that was passed on, oldest first.
    #[must_use]
    pub fn passed(&self) -> Vec<Request> {
        self.lock().passed.clone()
    }

    /// A request came. Whoever passes it on asks what to do with it.
    #[must_use]
    pub fn came(&self, request: Request) -> Passage {
        let mut state = self.lock();
        let passage = match &state.stage {
            Stage::Armed(is_it, moment) if is_it(&request) => match moment {
                Moment::BeforeItIsSent => Passage::Held,
                Moment::AfterItsAnswer => Passage::AnswerIsTold,
            },
            Stage::Met => Passage::Held,
            Stage::Open | Stage::Armed(..) | Stage::Sent => Passage::Passed,
        };
        match passage {
            Passage::Held => state.stage = Stage::Met,
            Passage::AnswerIsTold => state.stage = Stage::Sent,
            Passage::Passed => {}
        }
        if passage != Passage::Held {
            state.passed.push(request);
        }
        passage
    }

    /// The answer is there that was to be told of.
    pub fn answered(&self) {
        let mut state = self.lock();
        if matches!(state.stage, Stage::Sent) {
            state.stage = Stage::Met;
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(line: &str) -> Request {
        Request { to: Callee::Aws, head: format!("{line} HTTP/1.1\n"), body: String::new() }
    }

    #[test]
    fn nothing_passes_once_the_call_is_met() {
        let point = KillPoint::default();
        assert_eq!(point.came(request("GET /a")), Passage::Passed);
        point.arm(|one| one.method() == "POST" && one.path() == "/b", Moment::BeforeItIsSent);
        let came: Vec<Passage> = ["GET /b", "POST /b", "GET /c"].map(|line| point.came(request(line))).to_vec();
        assert_eq!(came, [Passage::Passed, Passage::Held, Passage::Held]);
        point.open();
        assert_eq!(point.came(request("POST /b")), Passage::Passed);
        let passed: Vec<String> = point.passed().iter().map(|one| one.path().to_owned()).collect();
        assert_eq!(passed, ["/a", "/b", "/b"]);
    }

    #[test]
    fn an_answer_passes_and_what_follows_does_not() {
        let point = KillPoint::default();
        point.arm(|one| one.path() == "/b", Moment::AfterItsAnswer);
        assert_eq!(point.came(request("POST /b")), Passage::AnswerIsTold);
        assert_eq!(point.came(request("GET /meanwhile")), Passage::Passed);
        point.answered();
        assert_eq!(point.came(request("PATCH /record")), Passage::Held);
        point.open();
        point.answered();
        assert_eq!(point.came(request("PATCH /record")), Passage::Passed);
    }
}
