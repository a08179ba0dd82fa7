//! Whose what is: who claims what, when, against whom, and what they are told.

use std::collections::BTreeSet;

use jiff::Timestamp;
use sluice_api::{DeploymentStatus, Reason, ResourceClaim};
use sluice_plan::admission::claims::{Claimant, Claimed, claimed, left_to, resources, with_releases};

use crate::support::fixture::{midnight, rule, seconds, settings, target_group};

/// A group of a story: when it was made, what it names, what it claimed at which second, and whether it releases.
#[derive(Clone)]
struct Group {
    name: &'static str,
    made: i64,
    wanted: &'static [&'static str],
    held: Vec<ResourceClaim>,
    in_progress: bool,
}

fn group(name: &'static str, made: i64, wanted: &'static [&'static str], held: &[(&str, i64)]) -> Group {
    let claim = |&(resource, second): &(&str, i64)| ResourceClaim { resource: full(resource), since: at(second) };
    Group { name, made, wanted, held: held.iter().map(claim).collect(), in_progress: false }
}

fn releasing(group: Group) -> Group {
    Group { in_progress: true, ..group }
}

fn at(second: i64) -> Timestamp {
    midnight() + seconds(second)
}

/// A resource by the short name that the tables use.
fn full(short: &str) -> String {
    match short {
        "service" => "eu-west-1:service/prod/shop".to_owned(),
        "rule" => rule(0),
        "a" => target_group(0),
        "b" => target_group(1),
        other => other.to_owned(),
    }
}

impl Group {
    fn claimant(&self) -> Claimant<'_> {
        Claimant {
            uid: self.name,
            name: format!("team/{}", self.name),
            created_at: at(self.made),
            wanted: self.wanted.iter().map(|short| full(short)).collect(),
            held: &self.held,
            in_progress: self.in_progress,
        }
    }
}

fn stand(own: &Group, others: &[Group], now: i64) -> Claimed {
    claimed(&own.claimant(), others.iter().map(Group::claimant), at(now))
}

/// What is claimed from which second, and who has what is missing.
fn told(claimed: &Claimed) -> String {
    let second = |claim: &ResourceClaim| claim.since.duration_since(midnight()).as_secs();
    let short = |claim: &ResourceClaim| {
        let known = ["service", "rule", "a", "b"].into_iter().find(|short| full(short) == claim.resource);
        known.unwrap_or("?").to_owned()
    };
    let mut claims: Vec<String> =
        claimed.claims.iter().map(|claim| format!("{}@{}", short(claim), second(claim))).collect();
    claims.sort();
    let conflict = claimed.conflict.as_ref().map(|refusal| {
        assert_eq!(refusal.reason, Reason::Conflict);
        let (what, rest) = refusal.message.split_once(" is claimed by DeploymentGroup ").unwrap();
        format!("; {what} of {}", rest.split_once(':').unwrap().0)
    });
    claims.join(" ") + &conflict.unwrap_or_default()
}

const ALL: &[&str] = &["service", "rule", "a", "b"];
const ROUTES: &[&str] = &["rule", "a", "b"];

#[test]
fn who_claimed_first_has_it_whatever_the_age_of_its_object() {
    let held: &[(&str, i64)] = &[("service", 10), ("rule", 10), ("a", 10), ("b", 10)];
    let owner = || group("owner", 5, ALL, held);
    let old = |wanted| group("old", 1, wanted, &[]);
    let serves_elsewhere = |wanted| group("old", 1, wanted, &[("c", 2)]);
    let table: [(&str, Group, Vec<Group>, &str); 16] = [
        ("nobody else", old(ALL), vec![], "a@20 b@20 rule@20 service@20"),
        ("what it has, it keeps from when it had it", owner(), vec![old(ALL)], "a@10 b@10 rule@10 service@10"),
        (
            "an older group, edited onto all of it",
            old(ROUTES),
            vec![owner()],
            "; spec.loadBalancer.productionRoutes: route rule-0 of team/owner",
        ),
        (
            "only one target group",
            old(&["b", "c"]),
            vec![owner()],
            "; spec.loadBalancer.targetGroups: target group shop-b of team/owner",
        ),
        ("only the service", old(&["service"]), vec![owner()], "; spec.ecs: service prod/shop of team/owner"),
        ("nothing in common", old(&["c", "d"]), vec![owner()], "?@20 ?@20"),
        (
            "what it had besides is kept, and nothing new is claimed",
            serves_elsewhere(&["a", "c", "d"]),
            vec![owner()],
            "?@2; spec.loadBalancer.targetGroups: target group shop-a of team/owner",
        ),
        ("what it had is let go with the edit", group("owner", 5, &["a"], held), vec![], "a@10"),
        ("what the owner let go", old(&["b"]), vec![group("owner", 5, &["a"], held)], "b@20"),
        (
            "what the owner let go and still releases on",
            old(&["b"]),
            vec![releasing(group("owner", 5, &["a"], held))],
            "; spec.loadBalancer.targetGroups: target group shop-b of team/owner",
        ),
        (
            "the owner itself, edited in the midst of its release",
            releasing(group("owner", 5, &["a"], held)),
            vec![old(ALL)],
            "a@10 b@10 rule@10 service@10",
        ),
        ("an owner that is deleted", old(ROUTES), vec![], "a@20 b@20 rule@20"),
        (
            "nobody has claimed yet: the older one will",
            group("young", 2, ALL, &[]),
            vec![old(ALL)],
            "; spec.loadBalancer.productionRoutes: route rule-0 of team/old",
        ),
        (
            "nobody has claimed yet: it is the older one",
            old(ALL),
            vec![group("young", 2, ALL, &[])],
            "a@20 b@20 rule@20 service@20",
        ),
        (
            "made in the same second: by name",
            group("zebra", 1, &["a"], &[]),
            vec![group("ant", 1, &["a"], &[])],
            "; spec.loadBalancer.targetGroups: target group shop-a of team/ant",
        ),
        (
            "claimed at the same moment: by age, then by name",
            group("zebra", 1, &["a"], &[("a", 10)]),
            vec![group("ant", 1, &["a"], &[("a", 10)])],
            "; spec.loadBalancer.targetGroups: target group shop-a of team/ant",
        ),
    ];
    for (what, own, others, expected) in table {
        assert_eq!(told(&stand(&own, &others, 20)), expected, "{what}");
    }
}

#[test]
fn a_conflict_says_what_to_do_and_by_whom_in_full() {
    let owner = group("owner", 5, ALL, &[("a", 10)]);
    let message = stand(&group("old", 1, &["a"], &[]), &[owner], 20).conflict.unwrap().message;
    for word in ["spec.loadBalancer.targetGroups", "shop-a", "DeploymentGroup team/owner", "name another", "lets it go"]
    {
        assert!(message.contains(word), "{word:?} is missing in {message}");
    }
}

#[test]
fn a_group_names_its_service_its_routes_and_its_target_groups() {
    let expected = [full("service"), rule(0), rule(1), full("a"), full("b")];
    assert_eq!(resources(&settings(2)), BTreeSet::from(expected));
}

/// What a group claimed, whether it releases, what somebody else claims now, and what is left to it where that changes.
#[test]
fn what_was_let_go_of_and_is_anothers_now_does_not_come_back_by_an_old_claim() {
    type Names = &'static [&'static str];
    let claim = |resource: &&str| ResourceClaim { resource: (*resource).to_owned(), since: midnight() + seconds(1) };
    let claims = |resources: &[&str]| resources.iter().map(claim).collect::<Vec<_>>();
    let table: [(Names, bool, Names, Option<Names>); 5] = [
        (&["a", "b"], false, &["b", "c"], Some(&["a"])),
        (&["a"], false, &["a"], Some(&[])),
        (&["a", "b"], true, &["b"], None),
        (&["a", "b"], false, &["c"], None),
        (&[], false, &["a"], None),
    ];
    for (held, in_progress, taken, left) in table {
        let held = claims(held);
        let other = Claimant {
            uid: "other",
            name: "team/other".to_owned(),
            created_at: midnight(),
            wanted: BTreeSet::new(),
            held: &held,
            in_progress,
        };
        assert_eq!(left_to(&other, &claims(taken)), left.map(claims), "{held:?}, {taken:?}");
    }
}

/// Only what has begun and has not ended uses anything, by the settings that it began with.
#[test]
fn a_release_in_progress_holds_what_it_began_with() {
    let status = |started: bool, ended: bool| DeploymentStatus {
        settings: Some(settings(1)),
        started_at: started.then(|| midnight() + seconds(5)),
        completed_at: ended.then(|| midnight() + seconds(9)),
        ..DeploymentStatus::default()
    };
    let claimed = vec![ResourceClaim { resource: full("a"), since: midnight() + seconds(1) }];
    for (started, ended, in_progress) in [(false, false, false), (true, false, true), (true, true, false)] {
        let (held, is_in_progress) = with_releases(claimed.clone(), [&status(started, ended)]);
        assert_eq!(is_in_progress, in_progress);
        let names: BTreeSet<String> = held.iter().map(|claim| claim.resource.clone()).collect();
        let expected = if in_progress { resources(&settings(1)) } else { BTreeSet::from([full("a")]) };
        assert_eq!(names, expected);
        assert_eq!(held[0].since, midnight() + seconds(1), "what was claimed before keeps its age");
    }
}

/// Every order in which three groups come by, edit themselves and are deleted: nothing is ever two groups'.
#[test]
fn whatever_they_do_in_whatever_order_nothing_belongs_to_two() {
    const WISHES: [&[&str]; 4] = [&[], &["a"], &["b"], &["a", "b"]];
    let start = ["x", "y", "z"].map(|name| group(name, i64::from(name == "z"), &[], &[]));
    let mut seen = BTreeSet::new();
    let mut open = vec![start];
    while let Some(groups) = open.pop() {
        let key = groups.each_ref().map(|one| {
            let held: Vec<&str> = one.held.iter().map(|claim| claim.resource.as_str()).collect();
            (one.wanted, held.join(" "), one.in_progress)
        });
        if !seen.insert(format!("{key:?}")) {
            continue;
        }
        for resource in ["a", "b"].map(full) {
            let owners = groups.iter().filter(|one| one.held.iter().any(|claim| claim.resource == resource));
            // Who named it once and does not any more, has let it go, unless it still releases there.
            let owners = owners.filter(|one| one.in_progress || one.wanted.iter().any(|short| full(short) == resource));
            assert!(owners.count() <= 1, "{key:?}");
        }
        for index in 0..groups.len() {
            let change = |change: &dyn Fn(&mut Group)| {
                let mut next = groups.clone();
                change(&mut next[index]);
                next
            };
            let others: Vec<Group> =
                groups.iter().enumerate().filter(|(at, _)| *at != index).map(|(_, one)| one.clone()).collect();
            let now = stand(&groups[index], &others, 20);
            // It is looked at: its claims are written, and what it took is struck out where it was let go.
            let mut settled = change(&|one| one.held.clone_from(&now.claims));
            for (_, other) in settled.iter_mut().enumerate().filter(|(at, other)| *at != index && !other.in_progress) {
                other.held.retain(|claim| now.claims.iter().all(|own| own.resource != claim.resource));
            }
            open.push(settled);
            open.extend(WISHES.map(|wish| change(&|one| one.wanted = wish)));
            // It begins only on what is all its own, and ends.
            if now.conflict.is_none() && groups[index].held == now.claims {
                open.push(change(&|one| one.in_progress = true));
            }
            open.push(change(&|one| one.in_progress = false));
        }
    }
    assert!(seen.len() > 500, "only {} situations", seen.len());
}
