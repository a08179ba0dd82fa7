//! The digests of images that a release names by a tag, asked for right before it begins.

use kube::ResourceExt;
use sluice_api::DeploymentGroupSpec;
use sluice_aws::{ImageDigest, RegionClients};
use sluice_plan::begin::digests::{TagAnswer, TaggedImage, resolved, to_resolve};
use sluice_plan::begin::released::Released;

use super::halt::Halt;
use super::record::Record;

/// What was answered of each tag that was asked about.
pub type Answers = Vec<(TaggedImage, TagAnswer)>;

/// The release with the digests that ECR tells. Nothing is asked but of repositories that the binding lists (S16 Tenant), and
/// nothing is written down: whoever begins after a crash asks again.
pub async fn with_digests(
    record: &Record<'_>,
    (aws, settings): (&RegionClients, &DeploymentGroupSpec),
    released: &Released,
) -> Result<(Released, Answers), Halt> {
    let binding = record.context.stores.binding(&settings.aws.binding).filter(|_| released.images.is_some());
    let Some(binding) = binding else { return Ok((released.clone(), Vec::new())) };
    let account = aws.identity.account().await?;
    let namespace = record.deployment.namespace().unwrap_or_default();
    let mut answers = Vec::new();
    for tag in to_resolve(released, settings, &binding.spec, &account) {
        let _permit = aws.rate_limiter.acquire_to_resolve(&namespace).await?;
        let answer = match aws.registry.digest(&tag.repository, &tag.tag).await? {
            ImageDigest::Known(digest) => TagAnswer::Digest(digest),
            ImageDigest::Untold(why) => TagAnswer::Untold(why),
        };
        answers.push((tag, answer));
    }
    Ok((resolved(released, &answers), answers))
}
