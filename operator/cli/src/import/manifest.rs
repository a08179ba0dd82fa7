//! The manifests: an AwsBinding and an Application for each application, its groups, and the configurations that they name.

use std::collections::{BTreeMap, BTreeSet};

use super::allowed::Allowed;
use super::locale::Locale;
use super::names::{APPLICATION, GROUP, OBJECT, free, translated};
use super::node::Map;
use super::release::{Origin, Release};

/// A manifest.
#[derive(Clone, Debug, PartialEq)]
pub struct Manifest {
    /// The file that it is written into.
    pub file: String,
    /// What it is of, in a few words.
    pub what: String,
    /// What is in it.
    pub object: Map,
}

impl Manifest {
    /// As YAML, with what it comes from.
    #[must_use]
    pub fn yaml(&self) -> String {
        format!("# {}\n{}", self.what, self.object.yaml())
    }
}

/// A name that was not one of Kubernetes, and what it became.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Renamed {
    /// Of what.
    pub kind: &'static str,
    /// As it was.
    pub from: String,
    /// As it is.
    pub to: String,
}

/// Gives the releases names of Kubernetes, no two the same.
pub fn rename(releases: &mut [Release]) -> Vec<Renamed> {
    let mut renamed = Vec::new();
    let mut told = |kind, from: &str, to: &str| {
        let one = Renamed { kind, from: from.to_owned(), to: to.to_owned() };
        if from != to && !renamed.contains(&one) {
            renamed.push(one);
        }
    };
    let mut applications: BTreeMap<String, String> = BTreeMap::new();
    let mut groups: BTreeSet<String> = BTreeSet::new();
    for release in releases {
        // Services of one name in two clusters are two applications, and the groups of one application are of one.
        let key = match &release.origin {
            Origin::CodeDeploy(application, _) => application.clone(),
            _ => format!("{}/{}", release.cluster, release.old),
        };
        let application = applications.get(&key).cloned().unwrap_or_else(|| {
            let taken: BTreeSet<&String> = applications.values().collect();
            let is_taken = |name: &str| taken.contains(&name.to_owned());
            let first = translated(&release.application, APPLICATION);
            if is_taken(&first) { free(&format!("{}-{first}", release.cluster), APPLICATION, is_taken) } else { first }
        });
        told("Application", &release.application, &application);
        applications.insert(key, application.clone());
        let first = translated(&release.group, GROUP);
        let is_taken = |name: &str| groups.contains(name);
        let group = if is_taken(&first) {
            let longer = if application == first {
                format!("{}-{first}", release.cluster)
            } else {
                format!("{application}-{first}")
            };
            free(&longer, GROUP, is_taken)
        } else {
            first
        };
        told("DeploymentGroup", &release.group, &group);
        groups.insert(group.clone());
        if let Some((to, _, from)) = &release.shift.config {
            told("DeploymentConfig", from, to);
        }
        release.application = application;
        release.group = group;
    }
    renamed
}

/// Every manifest, in the order in which they are applied.
#[must_use]
pub fn manifests(releases: &[Release], locale: &Locale, namespace: &str) -> Vec<Manifest> {
    let mut made = Vec::new();
    let mut applications: BTreeMap<&str, Vec<&Release>> = BTreeMap::new();
    for release in releases {
        applications.entry(&release.application).or_default().push(release);
    }
    for (name, (spec, from)) in configs(releases) {
        made.push(Manifest {
            file: format!("deploymentconfig-{name}.yaml"),
            what: format!("How traffic moves: the configuration {from} of CodeDeploy."),
            object: object("DeploymentConfig", &name, None, spec),
        });
    }
    for (application, releases) in applications {
        let binding = translated(&format!("{namespace}-{application}"), OBJECT);
        let allowed = releases.iter().fold(Allowed::default(), |all, release| all.and(&release.allowed));
        made.push(Manifest {
            file: format!("awsbinding-{binding}.yaml"),
            what: format!("Which AWS resources the namespace {namespace} may use: those of {application}, and no others. Admins apply it."),
            object: object("AwsBinding", &binding, None, allowed.spec(namespace, &locale.region)),
        });
        let shared = shared_revision(&releases);
        made.push(application_of(application, namespace, &releases, shared.as_deref()));
        made.extend(releases.iter().map(|release| group_of(release, &binding, locale, namespace, shared.is_none())));
    }
    made
}

fn configs(releases: &[Release]) -> BTreeMap<String, (Map, String)> {
    let configs = releases.iter().filter_map(|release| release.shift.config.clone());
    configs.map(|(name, spec, from)| (name, (spec, from))).collect()
}

/// What all groups of an application run, where it is the same.
fn shared_revision(releases: &[&Release]) -> Option<String> {
    let all: BTreeSet<&str> = releases.iter().map(|release| release.task_definition.as_str()).collect();
    let mut all = all.into_iter();
    all.next().filter(|_| all.next().is_none()).map(str::to_owned)
}

fn application_of(name: &str, namespace: &str, releases: &[&Release], revision: Option<&str>) -> Manifest {
    let mut spec = Map::new().with("computePlatform", "ECS");
    if let Some(revision) = revision {
        spec.put("revision", Map::new().with("taskDefinition", revision));
        spec.comment("revision", "What the service runs today, so that the move changes nothing else. Change it, and every group releases it.");
        let next: BTreeSet<&str> = releases.iter().filter_map(|release| release.next.as_deref()).collect();
        for next in next {
            spec.comment("revision", format!("The AppSpec names {next}."));
        }
    }
    let origin = match releases.first().map(|release| &release.origin) {
        Some(Origin::CodeDeploy(application, _)) => {
            format!("What is released: the application {application} of CodeDeploy.")
        }
        _ => format!("What is released: the service {name}."),
    };
    Manifest {
        file: format!("application-{name}.yaml"),
        what: origin,
        object: object("Application", name, Some(namespace), spec),
    }
}

fn group_of(release: &Release, binding: &str, locale: &Locale, namespace: &str, is_pinned: bool) -> Manifest {
    let mut spec = Map::new().with("applicationRef", release.application.as_str());
    if is_pinned {
        spec.put("revision", Map::new().with("taskDefinition", release.task_definition.as_str()));
        spec.comment("revision", "What the service runs today. The groups of the application run different ones: take this away in each to release what the Application says.");
    }
    spec.put("aws", Map::new().with("binding", binding).with("region", locale.region.as_str()));
    spec.put("ecs", Map::new().with("cluster", release.cluster.as_str()).with("service", release.new_service()));
    if release.adopts() {
        let keep = serde_json::Value::from(true);
        spec.put("adopt", Map::new().with("service", release.old.as_str()).with("keep", keep));
        spec.comment("adopt", "The first release takes the traffic from this service, which is kept. It may go from here once that is over.");
    }
    let spec = spec.followed_by(&release.spec);
    let spec = release.findings.unknown.iter().fold(spec, |mut spec, unknown| {
        let key = unknown.field.split('.').next().unwrap_or_default();
        spec.comment(key, format!("NOT KNOWN: {}: {}.", unknown.field, unknown.remedy));
        spec
    });
    let origin = match &release.origin {
        Origin::CodeDeploy(application, group) => format!(
            "the group {group} of the application {application} of CodeDeploy, service {}/{}",
            release.cluster, release.old
        ),
        Origin::Ecs(strategy) => {
            format!("the service {}/{}, which ECS deploys by {strategy}", release.cluster, release.old)
        }
        Origin::External => format!("the service {}/{}", release.cluster, release.old),
    };
    Manifest {
        file: format!("deploymentgroup-{}.yaml", release.group),
        what: format!("Where and how: {origin}."),
        object: object("DeploymentGroup", &release.group, Some(namespace), spec),
    }
}

fn object(kind: &str, name: &str, namespace: Option<&str>, spec: Map) -> Map {
    let mut metadata = Map::new().with("name", name);
    if let Some(namespace) = namespace {
        metadata.put("namespace", namespace);
    }
    Map::new()
        .with("apiVersion", format!("{}/{}", sluice_api::GROUP, sluice_api::VERSION))
        .with("kind", kind)
        .with("metadata", metadata)
        .with("spec", spec)
}
