//! What hooks need of Kubernetes.

use serde::Serialize;
use sluice_api::Hook;

/// One thing that a hook needs of Kubernetes, in the namespace of its group.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum HookNeed {
    /// The operator's right to make Jobs, and to look at them.
    Jobs,
    /// The ServiceAccount of this name, which a Job runs as.
    ServiceAccount(String),
    /// The Secret of this name, whose keys are headers.
    Headers(String),
}

impl HookNeed {
    /// What this hook needs; nothing where it is a function.
    pub fn of(hook: &Hook) -> impl Iterator<Item = Self> {
        let account = hook.job.as_ref().and_then(|job| job.pod().service_account_name.clone());
        let headers = hook.http.as_ref().and_then(|http| http.headers_from.as_ref());
        let headers = headers.map(|from| Self::Headers(from.secret_ref.name.clone()));
        hook.job.iter().map(|_| Self::Jobs).chain(account.map(Self::ServiceAccount)).chain(headers)
    }

    /// The field of the hook that asks for it.
    pub(crate) const fn field(&self) -> &'static str {
        match self {
            Self::Jobs => "job",
            Self::ServiceAccount(_) => "job: serviceAccountName",
            Self::Headers(_) => "http.headersFrom",
        }
    }
}
