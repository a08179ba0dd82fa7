//! The releases of groups that ended, as a table.

use std::cmp::Reverse;

use serde::Serialize;
use sluice_api::{DeploymentGroup, DeploymentRecord};

/// The records of these groups, each with the name of its group, the newest first.
pub fn records<'a>(groups: &[&'a DeploymentGroup]) -> impl Iterator<Item = (&'a str, &'a DeploymentRecord)> + use<'a> {
    let of = |group: &&'a DeploymentGroup| {
        let name = group.metadata.name.as_deref().unwrap_or_default();
        let history = group.status.as_ref().map(|status| status.history.as_slice()).unwrap_or_default();
        history.iter().map(move |record| (name, record))
    };
    let mut records: Vec<_> = groups.iter().flat_map(of).collect();
    records.sort_by_key(|(_, record)| Reverse(record.completed_at));
    records.into_iter()
}

/// A table of them; `is_wide` adds what turned each round and who made it.
#[must_use]
pub fn table(groups: &[&DeploymentGroup], is_wide: bool) -> String {
    let has_several = groups.len() > 1;
    let mut header = vec!["NAME", "REVISION", "REPLACED", "STATE", "TRIGGER", "DURATION", "ENDED"];
    if has_several {
        header.insert(0, "GROUP");
    }
    if is_wide {
        header.extend(["TURNED-ROUND-BY", "CREATED-BY", "ROLLBACK-OF"]);
    }
    let mut rows: Vec<Vec<String>> = vec![header.into_iter().map(str::to_owned).collect()];
    for (group, record) in records(groups) {
        let mut row = row(record, is_wide);
        if has_several {
            row.insert(0, group.to_owned());
        }
        rows.push(row);
    }
    if rows.len() == 1 {
        return "No release has ended here yet.\n".to_owned();
    }
    aligned(&rows)
}

fn row(record: &DeploymentRecord, is_wide: bool) -> Vec<String> {
    let state = record.reason.clone().unwrap_or_else(|| record.state.to_string());
    let mut row = vec![
        record.deployment.clone(),
        record.revision.clone(),
        or_dash(record.replaced.clone()),
        state,
        or_dash(record.trigger.map(word)),
        or_dash(record.duration.map(|duration| duration.to_string())),
        record.completed_at.strftime("%Y-%m-%d %H:%M:%SZ").to_string(),
    ];
    if is_wide {
        row.push(or_dash(record.turned_round_by.map(word)));
        row.push(or_dash(record.created_by.clone()));
        row.push(or_dash(record.rollback_of.clone()));
    }
    row
}

fn or_dash(text: Option<String>) -> String {
    text.unwrap_or_else(|| "-".to_owned())
}

/// A word of the vocabulary as it is written.
fn word(value: impl Serialize) -> String {
    let written = serde_json::to_value(value).unwrap_or_default();
    written.as_str().unwrap_or_default().to_owned()
}

/// Columns, three spaces between them, as kubectl has them.
fn aligned(rows: &[Vec<String>]) -> String {
    let columns = rows.first().map_or(0, Vec::len);
    let width = |column: usize| rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max();
    let widths: Vec<usize> = (0..columns).map(|column| width(column).unwrap_or_default()).collect();
    let line = |row: &Vec<String>| {
        let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}"));
        cells.collect::<Vec<_>>().join("   ").trim_end().to_owned() + "\n"
    };
    rows.iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn group(name: &str, history: &serde_json::Value) -> DeploymentGroup {
        serde_json::from_value(json!({
            "apiVersion": "sluice.dev/v1alpha1", "kind": "DeploymentGroup", "metadata": {"name": name},
            "spec": {
                "applicationRef": "shop", "aws": {"binding": "b", "region": "eu-west-1"},
                "ecs": {"cluster": "prod", "service": "shop"},
            },
            "status": {"history": history},
        }))
        .unwrap()
    }

    #[test]
    fn the_releases_that_ended_are_a_table_the_newest_first() {
        let eu = group(
            "eu",
            &json!([
                {"deployment": "eu-3", "revision": "shop:43", "state": "Failed", "replaced": "shop:42", "trigger": "Revision",
                 "turnedRoundBy": "DEPLOYMENT_FAILURE", "duration": "2m5s", "completedAt": "2026-11-26T10:00:00Z"},
                {"deployment": "eu-back-x1", "revision": "shop:41", "state": "Stopped", "reason": "Superseded",
                 "trigger": "Rollback", "createdBy": "kubectl-sluice", "rollbackOf": "eu-2", "completedAt": "2026-11-26T08:00:00Z"},
            ]),
        );
        let us = group(
            "us",
            &json!([{"deployment": "us-1", "revision": "shop:42", "state": "Succeeded", "completedAt": "2026-11-26T09:00:00Z"}]),
        );
        let expected = "\
NAME         REVISION   REPLACED   STATE        TRIGGER    DURATION   ENDED
eu-3         shop:43    shop:42    Failed       Revision   2m5s       2026-11-26 10:00:00Z
eu-back-x1   shop:41    -          Superseded   Rollback   -          2026-11-26 08:00:00Z
";
        assert_eq!(table(&[&eu], false), expected);
        let names: Vec<&str> = records(&[&us, &eu]).map(|(_, record)| record.deployment.as_str()).collect();
        assert_eq!(names, ["eu-3", "us-1", "eu-back-x1"]);
        let wide = table(&[&us, &eu], true);
        assert!(
            wide.starts_with("GROUP   NAME")
                && wide.contains("DEPLOYMENT_FAILURE")
                && wide.contains("kubectl-sluice   eu-2"),
            "{wide}"
        );
        assert_eq!(table(&[&group("prod", &json!([]))], false), "No release has ended here yet.\n");
    }
}
