//! `kubectl sluice rollback`.

use std::process::ExitCode;

use crate::acting::{Decided, act};
use crate::arguments::{Common, RollbackArguments};
use crate::changes::{self, Back};
use crate::error::Error;
use crate::inventory::{Inventory, Named};
use crate::refusal::Refusal;

/// Goes back to what ran before.
pub async fn run(common: &Common, typed: &RollbackArguments) -> Result<ExitCode, Error> {
    act(common, typed.writing, |inventory, cluster| {
        let back = back(typed, inventory)?;
        let group = inventory.choose_group(&typed.name, &cluster.hints, "rollback")?;
        changes::rollback(group, &back, inventory, &cluster.hints).map(Decided::from)
    })
    .await
}

fn back(typed: &RollbackArguments, inventory: &Inventory) -> Result<Back, Refusal> {
    if let Some(to) = &typed.to {
        return Ok(Back::To(to.clone()));
    }
    if typed.last_good {
        return Ok(Back::LastGood);
    }
    let named = inventory.named(&typed.name)?;
    let deployment = named.iter().find(|one| matches!(one, Named::Deployment(_)));
    Ok(Back::From(deployment.filter(|_| named.len() == 1).map(|one| one.name().to_owned())))
}
