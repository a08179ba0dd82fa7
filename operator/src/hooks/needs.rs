//! Whether what hooks need of Kubernetes is there, asked before a release begins: the hook would fail in the middle of it.

use k8s_openapi::api::authorization::v1::{ResourceAttributes, SelfSubjectAccessReview, SelfSubjectAccessReviewSpec};
use k8s_openapi::api::core::v1::ServiceAccount;
use kube::Client;
use kube::api::{Api, PostParams};
use sluice_api::bounded_message;
use sluice_plan::observation::HookNeed;

use super::http::read_headers;
use crate::error::ReconcileError;
use crate::kubernetes::requests::{code, read};

/// What a hook that is a Job asks of the operator, as the Role of the chart has it.
const OF_JOBS: [&str; 2] = ["create", "get"];

/// What is wrong with what a hook needs in this namespace, and what to do; none when it is there.
pub async fn problem(client: &Client, namespace: &str, need: &HookNeed) -> Option<String> {
    let found = match need {
        HookNeed::Jobs => may_make_jobs(client, namespace).await,
        HookNeed::ServiceAccount(name) => account_is_there(client, (namespace, name)).await,
        HookNeed::Headers(name) => {
            let headers = read_headers(client, (namespace, name)).await;
            headers.map(|_| ()).map_err(|error| if error.passes { again(&error.message) } else { error.message })
        }
    };
    found.err().map(|problem| bounded_message(&problem))
}

/// Asked of the API server about ourselves, which everybody may (`system:basic-user`).
async fn may_make_jobs(client: &Client, namespace: &str) -> Result<(), String> {
    for verb in OF_JOBS {
        let attributes = ResourceAttributes {
            group: Some("batch".to_owned()),
            resource: Some("jobs".to_owned()),
            verb: Some(verb.to_owned()),
            namespace: Some(namespace.to_owned()),
            ..ResourceAttributes::default()
        };
        let review = SelfSubjectAccessReview {
            spec: SelfSubjectAccessReviewSpec { resource_attributes: Some(attributes), ..Default::default() },
            ..Default::default()
        };
        let reviews: Api<SelfSubjectAccessReview> = Api::all(client.clone());
        let answer = read("the right to make Jobs", reviews.create(&PostParams::default(), &review)).await;
        let is_allowed = answer.map_err(|error| unread(&error, "let it ask, by the ClusterRole system:basic-user"))?;
        if !is_allowed.status.is_some_and(|status| status.allowed) {
            return Err(format!(
                "the operator may not {verb} Jobs in namespace {namespace}: let it, by hooks.jobs of its chart"
            ));
        }
    }
    Ok(())
}

async fn account_is_there(client: &Client, (namespace, name): (&str, &str)) -> Result<(), String> {
    let accounts: Api<ServiceAccount> = Api::namespaced(client.clone(), namespace);
    match read("the ServiceAccount of a hook", accounts.get_metadata_opt(name)).await {
        Ok(Some(_)) => Ok(()),
        Ok(None) => {
            Err(format!("there is no ServiceAccount {name} in namespace {namespace}: make it, or name another"))
        }
        Err(error) => Err(unread(&error, "let the operator read ServiceAccounts, by hooks.jobs of its chart")),
    }
}

/// What may not be asked stays so until somebody lets us; all else passes.
fn unread(error: &ReconcileError, remedy: &str) -> String {
    match code(error) {
        Some(401 | 403) => format!("{error}: {remedy}"),
        _ => again(&error.to_string()),
    }
}

fn again(what: &str) -> String {
    format!("it is asked again: {what}")
}
