//! The copy of a task definition that a release of images needs, made right before that begins.

use kube::ResourceExt;
use sluice_aws::{ErrorClass, RegionClients};
use sluice_plan::Candidate;
use sluice_plan::begin::copy::{NewRevision, not_registered, to_register};
use sluice_plan::begin::preflight::input::PreflightInput;
use sluice_plan::observation::{Answer, CopySearch, Observation};
use sluice_plan::status::registered;

use super::halt::Halt;
use super::record::Record;

/// What was observed, with the copy that the release needs: registered now, where there was none. A crash after that loses
/// nothing: the next look finds the copy by its content.
pub async fn with_copy(
    record: &Record<'_>,
    aws: &RegionClients,
    candidate: &Candidate<'_>,
) -> Result<Option<Observation>, Halt> {
    let Candidate { uid, released, settings, observed, .. } = *candidate;
    let new = to_register(released, &PreflightInput { settings, observed }, uid)?;
    let Some(new) = new else { return Ok(None) };
    let found = Some(register(record, aws, &new).await?);
    let mut observed = observed.clone();
    observed.learn(released.definition(), Answer::Copy(CopySearch { base: None, found }));
    Ok(Some(observed))
}

async fn register(
    record: &Record<'_>,
    aws: &RegionClients,
    new: &NewRevision,
) -> Result<sluice_plan::observation::TaskDefinition, Halt> {
    let namespace = record.deployment.namespace().unwrap_or_default();
    let _permit = aws.rate_limiter.acquire_to_register(&namespace).await?;
    match aws.ecs.register_copy(&new.base, &new.wanted).await {
        Ok(copy) => {
            record.publish(vec![registered(new, &copy.arn)]);
            Ok(copy)
        }
        // ECS's own words are for whoever wrote the images.
        Err(error) if matches!(error.class, ErrorClass::Refused | ErrorClass::NotFound) => {
            Err(not_registered(new, &error.to_string()).into())
        }
        Err(error) => Err(error.into()),
    }
}
