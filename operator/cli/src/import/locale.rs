//! The account and the region that everything is of.

use sluice_api::Arn;

use super::aws::balancing::forwards;
use super::inventory::Inventory;
use super::problem::Problem;

/// Partition, region and account.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Locale {
    /// `aws`, `aws-cn` ...
    pub partition: String,
    /// Such as `eu-west-1`.
    pub region: String,
    /// Twelve digits.
    pub account: String,
}

impl Locale {
    /// That of every ARN in the files; an ARN of another one is a problem.
    pub fn of(inventory: &Inventory, problems: &mut Vec<Problem>) -> Self {
        let mut first: Option<(Self, String)> = None;
        let mut told: Vec<String> = Vec::new();
        for (file, field, text) in arns(inventory) {
            let Ok(arn) = Arn::parse(&text) else {
                problems.push(Problem::of(&file, &field, format!("{text:?} is no ARN: print the answer of aws anew")));
                continue;
            };
            let own = Self { partition: arn.partition, region: arn.region, account: arn.account };
            match &first {
                None => first = Some((own, file)),
                Some((known, of)) if own != *known && !told.contains(&file) => {
                    let message = format!(
                        "{text} is of account {} and region {}, and {of} is of account {} and region {}: import each account and region by itself",
                        own.account, own.region, known.account, known.region
                    );
                    problems.push(Problem::of(&file, &field, message));
                    told.push(file);
                }
                Some(_) => {}
            }
        }
        first.map(|(locale, _)| locale).unwrap_or_default()
    }

    /// The ARN of a service.
    #[must_use]
    pub fn service(&self, cluster: &str, service: &str) -> String {
        format!("arn:{}:ecs:{}:{}:service/{cluster}/{service}", self.partition, self.region, self.account)
    }
}

/// Every ARN of what is moved, with its file and field.
fn arns(inventory: &Inventory) -> Vec<(String, String, String)> {
    let mut found = Vec::new();
    let mut add = |file: &str, field: &str, arn: &str| found.push((file.to_owned(), field.to_owned(), arn.to_owned()));
    for group in &inventory.groups {
        for pair in &group.item.load_balancer_info.target_group_pair_info_list {
            for route in [&pair.prod_traffic_route, &pair.test_traffic_route].into_iter().flatten() {
                route.listener_arns.iter().for_each(|arn| add(&group.file, "listenerArns", arn));
            }
        }
    }
    for service in &inventory.services {
        add(&service.file, "serviceArn", &service.item.service_arn);
        add(&service.file, "clusterArn", &service.item.cluster_arn);
    }
    for group in &inventory.target_groups {
        add(&group.file, "TargetGroupArn", &group.item.target_group_arn);
    }
    for listener in &inventory.listeners {
        add(&listener.file, "ListenerArn", &listener.item.listener_arn);
        for (arn, _) in forwards(&listener.item.default_actions) {
            add(&listener.file, "DefaultActions", &arn);
        }
    }
    for rule in &inventory.rules {
        add(&rule.file, "RuleArn", &rule.item.rule_arn);
        for (arn, _) in forwards(&rule.item.actions) {
            add(&rule.file, "Actions", &arn);
        }
    }
    found
}
