//! `ListServices`.

use serde::Deserialize;
use serde_json::{Value, json};

use super::find::shown_cluster;
use super::page::page;
use crate::services::call::Call;
use crate::wire::error::ApiError;
use crate::world::services::{Service, ServiceStatus};

/// How many services a page has if the request does not say.
const PAGE: usize = 10;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct List {
    cluster: Option<String>,
    launch_type: Option<String>,
    scheduling_strategy: Option<String>,
    max_results: Option<usize>,
    next_token: Option<String>,
}

impl List {
    fn check(&self) -> Result<(), ApiError> {
        let known = |given: Option<&str>, words: &[&str], what: &str| match given {
            Some(word) if !words.contains(&word) => {
                Err(ApiError::invalid_parameter(format!("Unknown {what}: {word}.")))
            }
            _ => Ok(()),
        };
        known(self.launch_type.as_deref(), &["EC2", "FARGATE", "EXTERNAL"], "launch type")?;
        known(self.scheduling_strategy.as_deref(), &["REPLICA", "DAEMON"], "scheduling strategy")
    }

    /// A service has the launch type of its PRIMARY task set, and shows it as its own.
    fn selects(&self, service: &Service) -> bool {
        let launch_type = service.primary().and_then(|set| set.settings.get("launchType")?.as_str());
        service.status != ServiceStatus::Inactive
            && self.launch_type.as_deref().is_none_or(|wanted| launch_type == Some(wanted))
            && self.scheduling_strategy.as_deref().is_none_or(|wanted| wanted == "REPLICA")
    }
}

/// Lists the services of a cluster that are not INACTIVE.
pub fn list(call: &Call<'_>, input: &List) -> Result<Value, ApiError> {
    let cluster = shown_cluster(call, input.cluster.as_deref())?;
    input.check()?;
    let services = cluster.services.iter().filter(|(_, service)| input.selects(service));
    let services = services.map(|(name, service)| (name.as_str(), &service.arn));
    let (arns, next) = page(services, input.next_token.as_deref(), input.max_results, PAGE)?;
    let mut answer = json!({"serviceArns": arns});
    if let Some(next) = next {
        answer["nextToken"] = json!(next);
    }
    Ok(answer)
}
