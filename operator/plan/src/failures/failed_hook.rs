//! A hook failed whose failure is a rollback.

use sluice_api::{Failure, HookEvent, HookState, OnHookFailure, RollbackTrigger};

use super::detector::Detector;
use crate::hook_runs::failure_of;
use crate::progress::hooks;
use crate::view::View;

pub(super) const DETECTOR: Detector =
    Detector { name: "failed hook", trigger: RollbackTrigger::DeploymentFailure, detect };

fn detect(view: &View<'_>) -> Option<Failure> {
    let failed = |state| matches!(state, HookState::Failed | HookState::TimedOut);
    hooks::all(view.progress()).filter(|one| failed(one.state) && one.on != HookEvent::OnRollback).find_map(|one| {
        let named = view.input.release.settings.hooks.iter().find(|hook| hook.name == one.name);
        named.filter(|hook| hook.on_failure == OnHookFailure::Rollback).map(|hook| failure_of(hook, one))
    })
}
