//! What an AwsBinding has to admit: what the groups name, and nothing else.

use std::collections::BTreeSet;

use super::node::Map;

/// What the groups of an Application name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Allowed {
    /// Services, target groups, routes, registries.
    pub arns: BTreeSet<String>,
    /// Families of task definitions.
    pub families: BTreeSet<String>,
    /// By id.
    pub subnets: BTreeSet<String>,
    /// By id.
    pub security_groups: BTreeSet<String>,
    /// By name.
    pub providers: BTreeSet<String>,
    /// Functions of hooks, by name.
    pub functions: BTreeSet<String>,
}

impl Allowed {
    /// With what another group names.
    #[must_use]
    pub fn and(mut self, other: &Self) -> Self {
        self.arns.extend(other.arns.iter().cloned());
        self.families.extend(other.families.iter().cloned());
        self.subnets.extend(other.subnets.iter().cloned());
        self.security_groups.extend(other.security_groups.iter().cloned());
        self.providers.extend(other.providers.iter().cloned());
        self.functions.extend(other.functions.iter().cloned());
        self
    }

    /// The spec of the AwsBinding for a namespace.
    #[must_use]
    pub fn spec(&self, namespace: &str, region: &str) -> Map {
        let list = |set: &BTreeSet<String>| set.iter().cloned().collect::<Vec<String>>();
        let labels = Map::new().with("matchLabels", Map::new().with("kubernetes.io/metadata.name", namespace));
        let mut spec = Map::new()
            .with("identity", "operator")
            .with("namespaceSelector", labels)
            .with("regions", vec![region])
            .with("allowedArns", list(&self.arns))
            .with("allowedTaskDefinitions", list(&self.families))
            .with("allowedSubnets", list(&self.subnets))
            .with("allowedSecurityGroups", list(&self.security_groups))
            .with("allowedCapacityProviders", list(&self.providers))
            .with("allowedFunctions", list(&self.functions));
        spec.comment("allowedArns", "The services, target groups and routes that the groups name, and nothing else.");
        spec.comment(
            "allowedTaskDefinitions",
            "Families. An empty list, here and below, admits none; without the list all of the account are admitted.",
        );
        spec
    }

    /// The family of a task definition by name or ARN.
    pub fn family(&mut self, task_definition: &str) {
        let short = task_definition.rsplit('/').next().unwrap_or(task_definition);
        let family = short.split(':').next().unwrap_or(short);
        if !family.starts_with('<') {
            self.families.insert(family.to_owned());
        }
    }

    /// An ARN, unless it is not known.
    pub fn arn(&mut self, arn: &str) {
        if arn.starts_with("arn:") {
            self.arns.insert(arn.to_owned());
        }
    }
}
