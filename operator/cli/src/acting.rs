//! Carries out changes: reads, decides, writes what was decided on if the object is still the one that was looked at.

use std::process::ExitCode;

use kube::api::{DynamicObject, Patch, PatchParams, PostParams};
use kube::core::{ApiResource, GroupVersionKind};
use kube::{Api, ResourceExt};
use serde_json::json;
use sluice_api::{GROUP, VERSION};

use crate::arguments::{Common, DryRun, Writing};
use crate::changes::{Act, Change, merge};
use crate::cluster::Cluster;
use crate::error::Error;
use crate::format::Format;
use crate::inventory::Inventory;
use crate::kind::Kind;
use crate::output::print;
use crate::reading;
use crate::refusal::Refusal;

/// Who writes, as `managedFields` and `status.history` of a group have it.
const MANAGER: &str = "kubectl-sluice";

/// How often something is read and decided anew because it was written in between, as by the operator in a release.
const TRIES: usize = 6;

/// What is to be done, and to what, where that was not named.
#[derive(Clone, Debug)]
pub struct Decided {
    /// Which Deployment was chosen, for people.
    pub chosen: Option<String>,
    /// The change.
    pub change: Change,
}

impl From<Change> for Decided {
    fn from(change: Change) -> Self {
        Self { chosen: None, change }
    }
}

/// Decides, writes and tells. Where somebody wrote in between, it is decided anew, and done only if the same comes of it.
pub async fn act(
    common: &Common,
    writing: Writing,
    decide: impl Fn(&Inventory, &Cluster) -> Result<Decided, Refusal>,
) -> Result<ExitCode, Error> {
    let cluster = Cluster::of_one_namespace(common).await?;
    let mut before: Option<Change> = None;
    for _ in 0..TRIES {
        let inventory = reading::inventory(&cluster).await?;
        let decided = decide(&inventory, &cluster)?;
        if let Some(before) = before.filter(|before| !decided.change.does_the_same_as(before)) {
            let (name, now) = (before.name, decided.change.sentence);
            return Err(Refusal::new(format!(
                "{name} was changed by somebody else meanwhile, and nothing was written; now it would be: {now}"
            ))
            .into());
        }
        match carry_out(&cluster, &decided.change, writing.dry_run).await {
            Ok(object) => {
                tell(common, &cluster, &decided, &object, writing.dry_run)?;
                return Ok(ExitCode::SUCCESS);
            }
            Err(Error::Conflict { .. }) => before = Some(decided.change),
            Err(error) => return Err(error),
        }
    }
    let what = before.map(|change| what(&change)).unwrap_or_default();
    Err(Error::Conflict { what })
}

/// Writes a change, and returns the object as it is then.
pub async fn carry_out(cluster: &Cluster, change: &Change, dry_run: DryRun) -> Result<DynamicObject, Error> {
    let api = api(cluster, change.kind, &change.namespace);
    let failed = |error| cluster.failed(&what(change), error);
    let is_dry = dry_run == DryRun::Server;
    match &change.act {
        Act::Nothing => api.get(&change.name).await.map_err(failed),
        Act::Patch { spec, .. } if dry_run == DryRun::Client => {
            let mut object = api.get(&change.name).await.map_err(failed)?;
            merge(&mut object.data, &json!({"spec": spec}));
            Ok(object)
        }
        Act::Patch { spec, resource_version } => {
            let patch = json!({"metadata": {"resourceVersion": resource_version}, "spec": spec});
            let manager = Some(MANAGER.to_owned());
            let params = PatchParams { dry_run: is_dry, field_manager: manager, ..PatchParams::default() };
            api.patch(&change.name, &params, &Patch::Merge(patch)).await.map_err(failed)
        }
        Act::Create(object) => {
            let object: DynamicObject = serde_json::from_value(object.clone())
                .map_err(|error| Error::Api { what: what(change), said: error.to_string() })?;
            if dry_run == DryRun::Client {
                return Ok(object);
            }
            let params = PostParams { dry_run: is_dry, field_manager: Some(MANAGER.to_owned()) };
            api.create(&params, &object).await.map_err(failed)
        }
    }
}

fn api(cluster: &Cluster, kind: Kind, namespace: &str) -> Api<DynamicObject> {
    let resource =
        ApiResource::from_gvk_with_plural(&GroupVersionKind::gvk(GROUP, VERSION, &kind.to_string()), kind.plural());
    Api::namespaced_with(cluster.client.clone(), namespace, &resource)
}

/// What is tried, for errors.
fn what(change: &Change) -> String {
    let (kind, name) = (change.kind, &change.name);
    match change.act {
        Act::Nothing => format!("get {kind} {name}"),
        Act::Patch { .. } => format!("patch {kind} {name}"),
        Act::Create(_) => format!("create {kind} {name}"),
    }
}

fn tell(
    common: &Common,
    cluster: &Cluster,
    decided: &Decided,
    object: &DynamicObject,
    dry_run: DryRun,
) -> Result<(), Error> {
    let change = &decided.change;
    if let Some(format) = common.output.filter(|format| *format != Format::Wide) {
        if let Some(chosen) = &decided.chosen {
            eprintln!("{chosen}");
        }
        return print(object, format, change.kind);
    }
    if let Some(chosen) = &decided.chosen {
        println!("{chosen}");
    }
    let dry = match (dry_run, &change.act) {
        (DryRun::None, _) | (_, Act::Nothing) => "",
        (DryRun::Server, _) => " (server dry run: nothing was kept)",
        (DryRun::Client, _) => " (dry run: nothing was sent)",
    };
    println!("{}{dry}", change.sentence);
    if matches!(change.act, Act::Create(_)) && dry_run == DryRun::None {
        let name = object.name_any();
        let follow = cluster.hints.command(&change.namespace, &["status", &name, "--wait"]);
        println!("{} {name} was made; to follow it: {follow}", change.kind);
    }
    Ok(())
}
