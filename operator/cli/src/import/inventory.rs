//! Everything that was handed in, sorted by what it is.

use std::collections::BTreeMap;

use super::aws::{balancing, deploy, ecs};
use super::document::{self, Document, Reading};
use super::problem::Problem;
use super::source::Source;

/// Something, and where it was found.
#[derive(Clone, Debug, PartialEq)]
pub struct Found<T> {
    /// The file.
    pub file: String,
    /// Its folder.
    pub folder: String,
    /// What it is.
    pub item: T,
}

/// Everything that was handed in.
#[derive(Clone, Debug, Default)]
pub struct Inventory {
    /// Applications of CodeDeploy.
    pub applications: Vec<Found<deploy::Application>>,
    /// Groups of CodeDeploy.
    pub groups: Vec<Found<deploy::Group>>,
    /// Configurations of CodeDeploy.
    pub configs: Vec<Found<deploy::Config>>,
    /// AppSpecs, as they stand.
    pub app_specs: Vec<Found<String>>,
    /// Services.
    pub services: Vec<Found<ecs::Service>>,
    /// Target groups.
    pub target_groups: Vec<Found<balancing::TargetGroup>>,
    /// Listeners.
    pub listeners: Vec<Found<balancing::Listener>>,
    /// Rules.
    pub rules: Vec<Found<balancing::Rule>>,
    /// Each file that was read, and as what.
    pub read: Vec<(String, String)>,
    /// Each file that was not, and why.
    pub passed_over: Vec<(String, String)>,
}

impl Inventory {
    /// Sorts what was handed in.
    pub fn of(sources: &[Source], problems: &mut Vec<Problem>) -> Self {
        let mut inventory = Self::default();
        if sources.is_empty() {
            problems.push(Problem::of_all("there is no file: name what aws printed, or its folder"));
        }
        for source in sources {
            match document::read(source) {
                Ok(Reading::Read(what, documents)) => {
                    inventory.read.push((source.name.clone(), what.to_owned()));
                    for document in documents {
                        inventory.add(source, document, problems);
                    }
                }
                Ok(Reading::PassedOver(why)) if source.is_named => {
                    problems
                        .push(Problem::in_file(&source.name, format!("{why}: name what aws printed, or an AppSpec")));
                }
                Ok(Reading::PassedOver(why)) => inventory.passed_over.push((source.name.clone(), why)),
                Err(problem) => problems.push(problem),
            }
        }
        inventory
    }

    fn add(&mut self, source: &Source, document: Document, problems: &mut Vec<Problem>) {
        fn found<T>(source: &Source, item: T) -> Found<T> {
            Found { file: source.name.clone(), folder: source.folder.clone(), item }
        }
        // The same answer twice is one; two that differ are told.
        let mut once = |is_new: Result<bool, (String, String)>| match is_new {
            Ok(is_new) => is_new,
            Err((what, first)) => {
                let message = format!("{what} is in {first} too, with other content: keep the newer of the two");
                problems.push(Problem::in_file(&source.name, message));
                false
            }
        };
        match document {
            Document::Application(item) => {
                let name = |one: &deploy::Application| format!("application {}", one.application_name);
                if once(is_new(&self.applications, &item, name)) {
                    self.applications.push(found(source, item));
                }
            }
            Document::Group(item) => {
                let name =
                    |one: &deploy::Group| format!("group {} of {}", one.deployment_group_name, one.application_name);
                if once(is_new(&self.groups, &*item, name)) {
                    self.groups.push(found(source, *item));
                }
            }
            Document::Config(item) => {
                let name = |one: &deploy::Config| format!("configuration {}", one.deployment_config_name);
                if once(is_new(&self.configs, &item, name)) {
                    self.configs.push(found(source, item));
                }
            }
            Document::Service(item) => {
                if once(is_new(&self.services, &*item, |one: &ecs::Service| one.service_arn.clone())) {
                    self.services.push(found(source, *item));
                }
            }
            Document::TargetGroup(item) => {
                if once(is_new(&self.target_groups, &item, |one: &balancing::TargetGroup| one.target_group_arn.clone()))
                {
                    self.target_groups.push(found(source, item));
                }
            }
            Document::Listener(item) => {
                if once(is_new(&self.listeners, &item, |one: &balancing::Listener| one.listener_arn.clone())) {
                    self.listeners.push(found(source, item));
                }
            }
            Document::Rule(item) => {
                if once(is_new(&self.rules, &item, |one: &balancing::Rule| one.rule_arn.clone())) {
                    self.rules.push(found(source, item));
                }
            }
            Document::AppSpec(text) => self.app_specs.push(found(source, text)),
        }
    }

    /// A service by cluster and name.
    #[must_use]
    pub fn service(&self, cluster: &str, name: &str) -> Option<&Found<ecs::Service>> {
        self.services.iter().find(|found| found.item.cluster() == cluster && found.item.service_name == name)
    }

    /// ARNs of target groups by name: all that any answer has.
    #[must_use]
    pub fn target_group_arns(&self) -> BTreeMap<String, String> {
        let own = self.target_groups.iter().map(|found| found.item.target_group_arn.clone());
        let of_services = self.services.iter().flat_map(|found| {
            let sets = found.item.task_sets.iter().map(|set| &set.template);
            let templates = std::iter::once(&found.item.template).chain(sets);
            templates.flat_map(|template| &template.load_balancers).flat_map(|one| {
                let alternate =
                    one.advanced_configuration.as_ref().and_then(|more| more.alternate_target_group_arn.clone());
                [one.target_group_arn.clone(), alternate].into_iter().flatten()
            })
        });
        let forwards = |actions| balancing::forwards(actions).into_iter().map(|(arn, _)| arn);
        let ruled = self.rules.iter().flat_map(move |found| forwards(&found.item.actions));
        let listened = self.listeners.iter().flat_map(move |found| forwards(&found.item.default_actions));
        let all = own.chain(of_services).chain(ruled).chain(listened);
        all.filter_map(|arn| Some((target_group_name(&arn)?.to_owned(), arn))).collect()
    }
}

/// The name in the ARN of a target group.
#[must_use]
pub fn target_group_name(arn: &str) -> Option<&str> {
    arn.split_once(":targetgroup/").and_then(|(_, rest)| rest.split('/').next())
}

/// Whether it is not there yet; its name and where it is, where another one is.
fn is_new<T: PartialEq>(known: &[Found<T>], item: &T, name: impl Fn(&T) -> String) -> Result<bool, (String, String)> {
    match known.iter().find(|found| name(&found.item) == name(item)) {
        None => Ok(true),
        Some(found) if found.item == *item => Ok(false),
        Some(found) => Err((name(item), found.file.clone())),
    }
}
