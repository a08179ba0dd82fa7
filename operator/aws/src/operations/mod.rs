//! The one table of every SDK operation that the binary can reach. Labels of metrics, the IAM policy, the fence and the
//! rate limits come from it. To call one more: a name in [`Operation`], and a row in the file of its service.

mod buckets;
mod cloud_watch;
mod ecr;
mod ecs;
mod entry;
mod iam_policy;
mod lambda;
mod load_balancing;
mod sts;

use serde_json::Value;

pub use buckets::Bucket;
pub(crate) use buckets::Limit;
pub use entry::{Entry, Grant, Operation, Scope, ServiceKind};

/// The services' tables, in the order of [`Operation`].
const TABLES: [&[Entry]; 6] = [
    ecs::OPERATIONS,
    load_balancing::OPERATIONS,
    cloud_watch::OPERATIONS,
    sts::OPERATIONS,
    lambda::OPERATIONS,
    ecr::OPERATIONS,
];

/// Every operation that the binary can reach, in the order of [`Operation`].
pub const OPERATIONS: &[Entry] = &joined::<{ Operation::DescribeImages as usize + 1 }>();

/// The IAM policy for all that the binary can reach, in a partition such as `aws` or `aws-cn`.
#[must_use]
pub fn iam_policy(partition: &str) -> Value {
    iam_policy::policy(OPERATIONS, partition)
}

/// The tables one behind the other. A row too few or too many does not compile.
const fn joined<const COUNT: usize>() -> [Entry; COUNT] {
    let mut all = [TABLES[0][0]; COUNT];
    let (mut table, mut row, mut place) = (0, 0, 0);
    while place < COUNT {
        all[place] = TABLES[table][row];
        place += 1;
        row += 1;
        if row == TABLES[table].len() {
            (table, row) = (table + 1, 0);
        }
    }
    assert!(table == TABLES.len(), "an operation has no name in Operation");
    all
}

impl Operation {
    fn entry(self) -> &'static Entry {
        &OPERATIONS[self as usize]
    }

    /// The operation of that name in the API.
    pub(crate) fn named(name: &str) -> Option<Self> {
        OPERATIONS.iter().find(|entry| entry.name == name).map(|entry| entry.operation)
    }

    /// Its name in the API.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.entry().name
    }

    /// Its service.
    #[must_use]
    pub fn service(self) -> ServiceKind {
        self.entry().service
    }

    /// Whether it changes something.
    #[must_use]
    pub fn is_write(self) -> bool {
        self.entry().write
    }

    /// The rate limits that it counts against, its own one first.
    pub(crate) fn buckets(self) -> &'static [Bucket] {
        self.entry().buckets
    }

    /// The rate limit that no other kind of call shares: the one that a throttled try speaks of first.
    pub(crate) fn own_bucket(self) -> Option<Bucket> {
        self.buckets().first().copied()
    }
}

impl std::fmt::Display for Operation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_has_each_operation_at_its_own_place() {
        for (place, entry) in OPERATIONS.iter().enumerate() {
            assert_eq!(entry.operation as usize, place);
            assert_eq!(entry.name, format!("{:?}", entry.operation));
        }
    }

    #[test]
    fn every_operation_names_the_test_that_kills_the_operator_at_it() {
        let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/invariants.md");
        let page = std::fs::read_to_string(page).unwrap();
        let table = page.split("## Where the operator is killed").nth(1).unwrap();
        for entry in OPERATIONS {
            let row = table.lines().find(|line| line.starts_with(&format!("| {} |", entry.name)));
            let is_told = row.is_some_and(|row| row.contains('`') || row.contains("the sweep"));
            assert!(
                is_told,
                "{}: add a row with its test to docs/invariants.md, and a kill to e2e/tests/suite/kills",
                entry.name
            );
        }
    }

    #[test]
    fn an_operation_that_changes_something_says_so() {
        for entry in OPERATIONS {
            let reads = ["Describe", "List", "Get"].iter().any(|verb| entry.name.starts_with(verb));
            assert_eq!(entry.write, !reads, "{}", entry.name);
        }
    }

    #[test]
    fn an_operation_and_what_it_counts_against_are_of_one_kind() {
        for entry in OPERATIONS {
            for bucket in entry.buckets {
                let kind = bucket.as_str();
                assert!(!kind.ends_with(if entry.write { "Read" } else { "Modify" }), "{} {kind}", entry.name);
                let of_its_service = match entry.service {
                    ServiceKind::Ecs => kind.starts_with("Ecs"),
                    ServiceKind::ElasticLoadBalancing => kind.starts_with("LoadBalancing"),
                    ServiceKind::CloudWatch => kind.starts_with("CloudWatch"),
                    ServiceKind::Ecr => kind.starts_with("Ecr"),
                    ServiceKind::Sts | ServiceKind::Lambda => false,
                };
                assert!(of_its_service, "{} {kind}", entry.name);
            }
        }
    }
}
