//! The port [`Registry`] on the SDK.

use std::sync::Arc;

use aws_config::SdkConfig;
use aws_sdk_ecr::{Client, config, types::ImageIdentifier};
use futures::{FutureExt, future::BoxFuture};

use crate::{
    client::{Clients, call, counted},
    error::{AwsError, ErrorClass},
    metrics::Metrics,
    operations::Operation,
    ports::{ImageDigest, Registry},
    rate_limit::RateLimiter,
};

/// ECR of one region.
pub(crate) struct RegistryAdapter {
    reads: Client,
    metrics: Metrics,
}

impl RegistryAdapter {
    pub(crate) fn new(config: &SdkConfig, clients: &Clients, rate_limiter: &Arc<RateLimiter>) -> Self {
        let config = config::Builder::from(config)
            .interceptor(counted(rate_limiter))
            .retry_config(clients.reads())
            .timeout_config(clients.timeouts())
            .build();
        Self { reads: Client::from_conf(config), metrics: clients.metrics.clone() }
    }

    async fn describe(&self, repository: &str, tag: &str) -> Result<ImageDigest, AwsError> {
        let operation = Operation::DescribeImages;
        let id = ImageIdentifier::builder().image_tag(tag).build();
        let request = self.reads.describe_images().repository_name(repository).image_ids(id);
        let answer = match call(&self.metrics, operation, request.send()).await {
            Ok(answer) => answer,
            Err(error) if says_why(error.class) => return Ok(ImageDigest::Untold(error.to_string())),
            Err(error) => return Err(error),
        };
        let details = answer.image_details.unwrap_or_default();
        let of_tag = |tags: &[String]| tags.iter().any(|known| known == tag);
        let digest = details.iter().find(|one| of_tag(one.image_tags())).and_then(|one| one.image_digest());
        match digest.filter(|digest| is_digest(digest)) {
            Some(digest) => Ok(ImageDigest::Known(digest.to_owned())),
            // What is not seen is not known.
            None => Err(AwsError::new(operation, ErrorClass::Unknown, "the answer has no digest of the tag")),
        }
    }
}

impl Registry for RegistryAdapter {
    fn digest<'a>(&'a self, repository: &'a str, tag: &'a str) -> BoxFuture<'a, Result<ImageDigest, AwsError>> {
        self.describe(repository, tag).boxed()
    }
}

/// Whether ECR said why it does not tell, which no repetition changes.
const fn says_why(class: ErrorClass) -> bool {
    matches!(class, ErrorClass::NotFound | ErrorClass::AccessDenied | ErrorClass::Refused)
}

/// `sha256:` and 64 hexadecimal digits in lower case: nothing else goes into a task definition in the place of a tag.
fn is_digest(text: &str) -> bool {
    let digits = text.strip_prefix("sha256:").unwrap_or_default();
    digits.len() == 64 && digits.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}
