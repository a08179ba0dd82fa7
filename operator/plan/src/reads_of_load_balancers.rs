//! What is read of a load balancer, and so not of a group that has none.

use std::collections::BTreeSet;

use sluice_api::DeploymentGroupSpec;

use crate::observation::Read;

/// The reads that there is something for.
pub(crate) fn where_there_is_one(reads: BTreeSet<Read>, settings: &DeploymentGroupSpec) -> BTreeSet<Read> {
    let is_of_one =
        |read: &Read| matches!(read, Read::Routes | Read::TargetGroups | Read::Targets(_) | Read::ListedRoutes(_));
    reads.into_iter().filter(|read| !settings.is_by_size() || !is_of_one(read)).collect()
}
