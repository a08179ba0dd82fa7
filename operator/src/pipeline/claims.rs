//! Claims as this process decided them, which the copies at hand do not show yet.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use kube::ResourceExt;
use kube::runtime::reflector::ObjectRef;
use sluice_api::{DeploymentGroup, ResourceClaim};
use sluice_plan::Refusal;
use sluice_plan::admission::bindings::authorize_arns;
use sluice_plan::admission::claims::{Claimant, Claimed, claimed, left_to, resources, with_releases};

use super::access::authorize;
use crate::kubernetes::stores::Stores;

/// Who has what. It is decided for one group after the other, so that no two get the same thing; it is kept in the statuses
/// of the groups, for the next leader.
#[derive(Debug, Default)]
pub struct Claims(Mutex<Known>);

#[derive(Debug, Default)]
struct Known {
    /// By UID of the group, where its claims are not in its status yet.
    decided: HashMap<String, Decided>,
    /// The account of the caller, by region, once it was asked for.
    accounts: HashMap<String, String>,
}

#[derive(Debug)]
struct Decided {
    group: ObjectRef<DeploymentGroup>,
    claims: Vec<ResourceClaim>,
}

/// A group that claims, or could.
struct Candidate {
    group: Arc<DeploymentGroup>,
    held: Vec<ResourceClaim>,
    in_progress: bool,
}

impl Claims {
    /// Claims what the group names, as far as no other admitted group has it. The caller has seen that a binding admits all
    /// of it; `account` is whose services are released.
    pub fn settle(
        &self,
        stores: &Stores,
        group: &Arc<DeploymentGroup>,
        account: &str,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        let mut known = self.lock();
        known.accounts.insert(group.spec.aws.region.clone(), account.to_owned());
        known.settle(stores, group, account, now)
    }

    /// The same without a call: the account is known from before, or nothing is claimed yet.
    pub fn settle_if_known(
        &self,
        stores: &Stores,
        group: &Arc<DeploymentGroup>,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        let mut known = self.lock();
        let Some(account) = known.account(group) else { return Ok(()) };
        is_admitted(stores, group, &account)?;
        known.settle(stores, group, &account, now)
    }

    /// Whether what the group names is its own, or could be. False where a call must tell first whether it is admitted.
    pub fn check(&self, stores: &Stores, group: &Arc<DeploymentGroup>, now: Timestamp) -> Result<bool, Refusal> {
        let known = self.lock();
        let Some(account) = known.account(group) else { return Ok(false) };
        is_admitted(stores, group, &account)?;
        known.judge(stores, group, &account, now).0.conflict.map_or(Ok(true), Err)
    }

    /// What the group has claimed by now.
    pub fn of(&self, group: &DeploymentGroup) -> Vec<ResourceClaim> {
        self.lock().newest(group).to_vec()
    }

    /// The group lets go of all that it claimed.
    pub fn let_go(&self, group: &DeploymentGroup) {
        self.lock().decide(group, Vec::new());
    }

    fn lock(&self) -> MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Known {
    fn account(&self, group: &DeploymentGroup) -> Option<String> {
        self.accounts.get(&group.spec.aws.region).cloned()
    }

    fn newest<'a>(&'a self, group: &'a DeploymentGroup) -> &'a [ResourceClaim] {
        match self.decided.get(group.metadata.uid.as_deref().unwrap_or_default()) {
            Some(decided) => &decided.claims,
            None => shown(group),
        }
    }

    /// Keeps the claims of a group until its status shows them.
    fn decide(&mut self, group: &DeploymentGroup, claims: Vec<ResourceClaim>) {
        let uid = group.uid().unwrap_or_default();
        if shown(group) == claims {
            self.decided.remove(&uid);
        } else {
            self.decided.insert(uid, Decided { group: ObjectRef::from_obj(group), claims });
        }
    }

    /// How the group stands among the others that name, or have, the same.
    fn judge(
        &self,
        stores: &Stores,
        group: &Arc<DeploymentGroup>,
        account: &str,
        now: Timestamp,
    ) -> (Claimed, Vec<Candidate>) {
        let own = self.candidate(stores, Arc::clone(group));
        let mut named: BTreeSet<String> = resources(&group.spec);
        named.extend(own.held.iter().map(|claim| claim.resource.clone()));
        let mut others = stores.rivals(&named);
        others.retain(|other| other.metadata.uid != group.metadata.uid);
        let others: Vec<Candidate> = others.into_iter().map(|other| self.candidate(stores, other)).collect();
        // A claim without a right is none; but what a release in progress uses is in use.
        let counts = |other: &&Candidate| other.in_progress || is_admitted(stores, &other.group, account).is_ok();
        let claimed = claimed(&own.claimant(), others.iter().filter(counts).map(Candidate::claimant), now);
        (claimed, others)
    }

    fn settle(
        &mut self,
        stores: &Stores,
        group: &Arc<DeploymentGroup>,
        account: &str,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        self.forget_what_is_shown(stores);
        let (Claimed { claims, conflict }, others) = self.judge(stores, group, account, now);
        for other in &others {
            if let Some(left) = left_to(&other.claimant(), &claims) {
                self.decide(&other.group, left);
            }
        }
        self.decide(group, claims);
        conflict.map_or(Ok(()), Err)
    }

    /// The group with what it has, that of its release in progress too.
    fn candidate(&self, stores: &Stores, group: Arc<DeploymentGroup>) -> Candidate {
        let deployments = stores.deployments_of(&group.namespace().unwrap_or_default(), &group.name_any());
        let releases = deployments.iter().filter_map(|one| one.status.as_ref());
        let (held, in_progress) = with_releases(self.newest(&group).to_vec(), releases);
        Candidate { group, held, in_progress }
    }

    /// What a status shows by now need not be remembered, and nothing of a group that is gone.
    fn forget_what_is_shown(&mut self, stores: &Stores) {
        self.decided.retain(|uid, decided| {
            let copy = stores.groups.get(&decided.group).filter(|copy| copy.uid().as_ref() == Some(uid));
            copy.is_some_and(|copy| shown(&copy) != decided.claims)
        });
    }
}

impl Candidate {
    fn claimant(&self) -> Claimant<'_> {
        let metadata = &self.group.metadata;
        Claimant {
            uid: metadata.uid.as_deref().unwrap_or_default(),
            name: format!("{}/{}", self.group.namespace().unwrap_or_default(), self.group.name_any()),
            created_at: metadata.creation_timestamp.as_ref().map_or(Timestamp::UNIX_EPOCH, |time| time.0),
            wanted: resources(&self.group.spec),
            held: &self.held,
            in_progress: self.in_progress,
        }
    }
}

fn shown(group: &DeploymentGroup) -> &[ResourceClaim] {
    group.status.as_ref().map(|status| status.claims.as_slice()).unwrap_or_default()
}

/// Whether a binding admits the group: its namespace, its region, and every ARN that it names.
fn is_admitted(stores: &Stores, group: &DeploymentGroup, account: &str) -> Result<(), Refusal> {
    let binding = authorize(stores, &group.namespace().unwrap_or_default(), &group.spec)?;
    binding.map_or(Ok(()), |binding| authorize_arns(&binding.spec, &group.spec, account))
}
