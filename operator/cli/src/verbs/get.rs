//! `kubectl sluice get`.

use std::process::ExitCode;

use jiff::Timestamp;
use kube::ResourceExt;
use serde::Serialize;
use serde_json::{Value, json};
use sluice_api::GROUP;

use crate::arguments::{Common, Target};
use crate::cluster::Cluster;
use crate::error::Error;
use crate::format::Format;
use crate::look::{Found, LookError, everything, find, parsed, seen_of};
use crate::output::{takes_colour, width_of_output, write};
use crate::picture::{Frame, Picture, Seen, of_application, of_deployment, of_everything, of_group};

/// Cells of a picture that is written to no terminal.
const USUAL: usize = 160;

/// Shows everything, or one thing as a tree.
pub async fn run(common: &Common, target: &Target) -> Result<ExitCode, Error> {
    let target = parsed(target)?;
    let cluster = Cluster::of(common).await?;
    let colours = takes_colour(common);
    let Some((kind, name)) = target else {
        let seen = everything(&cluster).await?;
        match common.output {
            None | Some(Format::Wide) => {
                // A table that is read by a program is not cut.
                let frame = frame(&cluster, common, width_of_output().unwrap_or(usize::MAX));
                let picture = of_everything(&seen, cluster.all_namespaces, &frame);
                write(&painted(&picture, frame.width, colours))?;
                if seen.applications.is_empty() && seen.groups.is_empty() && seen.deployments.is_empty() {
                    eprintln!("{}", nothing(&cluster));
                }
            }
            Some(format) => put(&objects(&seen), format)?,
        }
        return Ok(ExitCode::SUCCESS);
    };
    let found = find(&cluster, kind, &name, "get").await?;
    match common.output {
        None | Some(Format::Wide) => {
            let frame = frame(&cluster, common, width_of_output().unwrap_or(USUAL));
            let seen = seen_of(&cluster, found.clone()).await?;
            write(&painted(&picture_of(&seen, &found, &frame), frame.width, colours))?;
        }
        Some(format) => put(&[object_of(&found)], format)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn frame(cluster: &Cluster, common: &Common, width: usize) -> Frame {
    let wide = common.output == Some(Format::Wide);
    Frame { now: now(), width, wide, flags: cluster.flags.clone() }
}

/// The picture of what was found.
pub fn picture_of(seen: &Seen, found: &Found, frame: &Frame) -> Picture {
    match found {
        Found::Application(application) => of_application(seen, application, frame),
        Found::Group(group) => of_group(seen, group, frame),
        Found::Deployment(deployment) => of_deployment(seen, deployment, frame),
    }
}

/// A picture as it is written.
pub fn painted(picture: &Picture, width: usize, colours: bool) -> String {
    picture.lines(width).iter().map(|line| line.paint(colours) + "\n").collect()
}

fn nothing(cluster: &Cluster) -> String {
    if cluster.all_namespaces {
        return "There is no Application, DeploymentGroup or Deployment.".to_owned();
    }
    format!(
        "There is no Application, DeploymentGroup or Deployment in namespace {}; kubectl sluice get -A looks in every one.",
        cluster.namespace
    )
}

/// The one look at the clock.
#[expect(clippy::disallowed_methods, reason = "nothing here decides by time; it only shows it")]
pub fn now() -> Timestamp {
    Timestamp::now()
}

fn objects(seen: &Seen) -> Vec<Value> {
    let applications = seen.applications.iter().map(object);
    applications.chain(seen.groups.iter().map(object)).chain(seen.deployments.iter().map(object)).collect()
}

fn object_of(found: &Found) -> Value {
    match found {
        Found::Application(one) => object(one.as_ref()),
        Found::Group(one) => object(one.as_ref()),
        Found::Deployment(one) => object(one.as_ref()),
    }
}

/// An object as kubectl prints it: without the fields of its managers.
fn object<K: ResourceExt + Serialize>(object: &K) -> Value {
    let mut value = serde_json::to_value(object).unwrap_or_default();
    if let Some(metadata) = value["metadata"].as_object_mut() {
        metadata.remove("managedFields");
    }
    value
}

/// One object as it is, several as a List.
fn put(objects: &[Value], format: Format) -> Result<(), Error> {
    let all = match objects {
        [only] => only.clone(),
        several => json!({"apiVersion": "v1", "kind": "List", "items": several}),
    };
    match format {
        Format::Json => write(&format!("{all:#}\n")),
        Format::Yaml => {
            let text = serde_saphyr::to_string(&all).map_err(|source| LookError::Write { source: Box::new(source) })?;
            write(&text)
        }
        Format::Name | Format::Wide => {
            let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            let name = |one: &Value| {
                let (kind, name) = (text(&one["kind"]).to_lowercase(), text(&one["metadata"]["name"]));
                format!("{kind}.{GROUP}/{name}\n")
            };
            write(&objects.iter().map(name).collect::<String>())
        }
    }
}
