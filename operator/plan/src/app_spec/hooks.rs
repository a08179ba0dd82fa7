//! The hooks of an AppSpec: a Lambda function for each event of CodeDeploy's.

use sluice_api::well_formed::{is_function, is_qualifier};
use sluice_api::{Duration, Hook, HookEvent, LambdaHook, OnHookFailure};

use super::field::Field;
use super::problem::Problem;

/// The events at which CodeDeploy runs hooks for ECS, in their order, and the names that their hooks have here.
const EVENTS: [(HookEvent, &str); 5] = [
    (HookEvent::BeforeInstall, "appspec-before-install"),
    (HookEvent::AfterInstall, "appspec-after-install"),
    (HookEvent::AfterAllowTestTraffic, "appspec-after-allow-test-traffic"),
    (HookEvent::BeforeAllowTraffic, "appspec-before-allow-traffic"),
    (HookEvent::AfterAllowTraffic, "appspec-after-allow-traffic"),
];

/// How long CodeDeploy waits for each.
const AN_HOUR: Duration = Duration::from_mins(60);

const FUNCTION: &str = "the name or the ARN of a Lambda function, such as shop-smoke";

/// Whether hooks of this event can be in an AppSpec.
pub(super) fn is_codedeploys(event: HookEvent) -> bool {
    EVENTS.iter().any(|(known, _)| *known == event)
}

/// The hooks, in the order of their events.
pub(super) fn read(field: &Field<'_>) -> Result<Vec<Hook>, Problem> {
    let names: Vec<String> = EVENTS.iter().map(|(event, _)| event.to_string()).collect();
    let mut hooks: Vec<Hook> = Vec::new();
    for item in field.list("a list such as [{AfterInstall: shop-smoke}]")? {
        let (key, function) = item.only("one event and its function, such as AfterInstall: shop-smoke")?;
        let Some((event, name)) = EVENTS.iter().find(|(event, _)| event.to_string() == key.name) else {
            let known = names.join(", ");
            let message = format!("{} is no event of an ECS deployment: there are {known}", key.name);
            return Err(item.problem(message));
        };
        if hooks.iter().any(|known| known.on == *event) {
            return Err(item.problem(format!("{event} is there already: write one function for it")));
        }
        hooks.push(Hook {
            name: (*name).to_owned(),
            on: *event,
            steps: None,
            lambda: Some(lambda(&function)?),
            job: None,
            http: None,
            timeout: AN_HOUR,
            retries: 0,
            on_failure: OnHookFailure::Rollback,
        });
    }
    let place = |hook: &Hook| EVENTS.iter().position(|(event, _)| *event == hook.on);
    hooks.sort_by_key(place);
    Ok(hooks)
}

/// A function by its name or ARN, with a version or an alias where it has one.
fn lambda(field: &Field<'_>) -> Result<LambdaHook, Problem> {
    let text = field.text(FUNCTION)?;
    let (function, qualifier) = match text.rsplit_once(':') {
        Some((function, qualifier)) if !is_function(&text) => (function.to_owned(), Some(qualifier.to_owned())),
        _ => (text.clone(), None),
    };
    if !is_function(&function) || qualifier.as_deref().is_some_and(|one| !is_qualifier(one)) {
        return Err(field.problem(format!("{text:?} is no function: write {FUNCTION}")));
    }
    Ok(LambdaHook { function, qualifier, payload: None })
}
