//! A rule: when it fits, what it means, and what users read of it.

use sluice_api::{FailureCategory, FailureCode, FailureStage};

use crate::explanation::Explanation;
use crate::facts::Facts;
use crate::question::{Place, Trigger};
use crate::signals::Signal;

/// One thing that must hold for a rule to fit.
#[derive(Clone, Copy, Debug)]
pub(crate) enum When {
    /// One of these is said.
    Says(&'static [Signal]),
    /// None of these is said.
    SaysNot(&'static [Signal]),
    /// It was read at one of these.
    At(&'static [Place]),
    /// It was read at none of these, or nobody knows where.
    NotAt(&'static [Place]),
    /// It was met in one of these steps.
    In(&'static [FailureStage]),
    /// It was met on the way back.
    OnTheWayBack,
    /// A person began the way back.
    ByAPerson,
}

/// What a rule means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Meaning {
    /// No failure.
    Notice,
    /// Credentials or permission refused.
    Access,
    /// The same may pass later.
    Infrastructure,
    /// No image made or published.
    Build,
    /// What ran was judged.
    Health,
    /// The container could not be created or started, or it exited.
    Startup,
    /// The way back failed: this code.
    Rollback(FailureCode),
    /// The rest.
    Refused,
}

/// A rule.
#[derive(Debug)]
pub(crate) struct Rule {
    /// Its name, in the documentation too.
    pub name: &'static str,
    /// All of it must hold.
    pub when: &'static [When],
    pub means: Meaning,
    /// A message to which it applies, where it was read, and in which step.
    pub example: (&'static str, Place, FailureStage),
    /// Why it happens.
    pub cause: &'static str,
    /// What to do.
    pub hint: &'static str,
}

impl Rule {
    /// Whether it applies.
    pub(crate) fn fits(&self, facts: &Facts) -> bool {
        self.when.iter().all(|when| match when {
            When::Says(signals) => facts.signals.has_any(signals),
            When::SaysNot(signals) => !facts.signals.has_any(signals),
            When::At(places) => facts.place.is_some_and(|place| places.contains(&place)),
            When::NotAt(places) => facts.place.is_none_or(|place| !places.contains(&place)),
            When::In(phases) => phases.contains(&facts.phase),
            When::OnTheWayBack => facts.is_way_back(),
            When::ByAPerson => facts.trigger == Some(Trigger::Manual),
        })
    }

    /// The code that it gives.
    pub(crate) fn code(&self) -> FailureCode {
        match self.means {
            Meaning::Access => FailureCode::AuthenticationFailed,
            Meaning::Infrastructure => FailureCode::InfrastructureNetworkFailure,
            Meaning::Build => FailureCode::CodebuildDockerImageBuildFailed,
            Meaning::Health | Meaning::Startup => FailureCode::DeploymentVerificationFailed,
            Meaning::Rollback(code) => code,
            Meaning::Notice | Meaning::Refused => FailureCode::DeploymentFailedGeneric,
        }
    }

    /// Whether it tells of a failure at all.
    pub(crate) fn is_failure(&self) -> bool {
        self.means != Meaning::Notice
    }

    fn category(&self) -> FailureCategory {
        match self.means {
            Meaning::Access => FailureCategory::Auth,
            Meaning::Infrastructure => FailureCategory::Infrastructure,
            Meaning::Build => FailureCategory::Build,
            Meaning::Health => FailureCategory::HealthCheck,
            Meaning::Startup => FailureCategory::Startup,
            Meaning::Rollback(_) => FailureCategory::Rollback,
            Meaning::Notice | Meaning::Refused => FailureCategory::Unknown,
        }
    }

    /// A judgement is of what was to be verified, and a container belongs to the roll-out, whoever noticed. Refused access is
    /// a step of its own where it was the deployer's identity, and not a role of the tasks or of AWS.
    fn stage(&self, facts: &Facts) -> FailureStage {
        match self.means {
            Meaning::Rollback(_) => FailureStage::Rollback,
            Meaning::Health => FailureStage::Verify,
            Meaning::Startup => FailureStage::Rollout,
            Meaning::Access => match facts.place {
                None | Some(Place::ApiError | Place::Build | Place::Clone) => FailureStage::Auth,
                Some(_) => facts.phase,
            },
            Meaning::Build if facts.phase == FailureStage::Unknown => FailureStage::Build,
            Meaning::Build | Meaning::Infrastructure | Meaning::Notice | Meaning::Refused => facts.phase,
        }
    }

    /// What it says of a message to which it applies.
    pub(crate) fn explanation(&self, facts: &Facts) -> Explanation {
        let code = self.code();
        Explanation {
            stage: self.stage(facts),
            category: self.category(),
            code,
            retryable: code.is_retryable(),
            failure: self.is_failure(),
            hint: self.hint,
            rule: self.name,
        }
    }
}
