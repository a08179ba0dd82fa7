//! ECR: the images of repositories, by their tags and digests.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::services::call::{Call, Operation};
use crate::wire::error::ApiError;
use crate::wire::json::decode;

/// The operations that are modelled.
pub const OPERATIONS: &[Operation] = &[("DescribeImages", |call, given| describe_images(call, &decode(given)?))];

/// The answer to any other operation.
#[must_use]
pub fn unknown(operation: &str) -> ApiError {
    ApiError::new("UnknownOperationException", format!("The operation {operation} is not known."))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct DescribeImages {
    registry_id: Option<String>,
    repository_name: String,
    image_ids: Option<Vec<ImageId>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ImageId {
    image_tag: Option<String>,
    image_digest: Option<String>,
}

impl ImageId {
    fn is(&self, tag: &str, digest: &str) -> bool {
        self.image_tag.as_deref().is_none_or(|wanted| wanted == tag)
            && self.image_digest.as_deref().is_none_or(|wanted| wanted == digest)
    }
}

fn describe_images(call: &Call<'_>, input: &DescribeImages) -> Result<Value, ApiError> {
    let (region, name) = (&call.region, &input.repository_name);
    let registry = input.registry_id.as_ref().unwrap_or(&region.account);
    let tags = region.repositories.get(name).filter(|_| *registry == region.account).ok_or_else(|| {
        let message = format!("The repository with name '{name}' does not exist in the registry with id '{registry}'");
        ApiError::new("RepositoryNotFoundException", message)
    })?;
    if input.image_ids.as_ref().is_some_and(Vec::is_empty) {
        return Err(ApiError::invalid_parameter(
            "Invalid parameter at 'imageIds' failed to satisfy constraint: 'Member must have length greater than or equal to 1'",
        ));
    }
    let mut images: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    let is_wanted =
        |tag: &str, digest: &str| input.image_ids.as_ref().is_none_or(|ids| ids.iter().any(|id| id.is(tag, digest)));
    for (_, digest) in tags.iter().filter(|(tag, digest)| is_wanted(tag, digest)) {
        // An image is shown with all of its tags, whichever of them was asked for.
        images
            .entry(digest)
            .or_insert_with(|| tags.iter().filter(|(_, of)| *of == digest).map(|(tag, _)| tag.as_str()).collect());
    }
    for id in input.image_ids.iter().flatten() {
        if !tags.iter().any(|(tag, digest)| id.is(tag, digest)) {
            let ImageId { image_tag, image_digest } = id;
            let shown =
                |value: &Option<String>| value.clone().map_or_else(|| "null".to_owned(), |value| format!("'{value}'"));
            let message = format!(
                "The image with imageId {{imageDigest:{}, imageTag:{}}} does not exist within the repository with name '{name}' in the registry with id '{registry}'",
                shown(image_digest),
                shown(image_tag)
            );
            return Err(ApiError::new("ImageNotFoundException", message));
        }
    }
    let details: Vec<Value> = images
        .into_iter()
        .map(|(digest, tags)| {
            json!({
                "registryId": registry,
                "repositoryName": name,
                "imageDigest": digest,
                "imageTags": tags,
                "imageManifestMediaType": "application/vnd.oci.image.manifest.v1+json",
            })
        })
        .collect();
    Ok(json!({"imageDetails": details}))
}
