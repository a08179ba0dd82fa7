//! Images by a tag in a repository of ECR: whose digest is asked for, and what is released once it is known.
//!
//! Asked are repositories of the account and region of the group that the binding lists, and no others: each would be another
//! protocol and another secret. What ECR does not tell stays a tag, which is told; only where it does not answer at all is it
//! waited for.

use sluice_api::{AwsBindingSpec, DeploymentGroupSpec, matches_pattern};

use super::released::Released;

/// What Docker takes where no tag is written.
const LATEST: &str = "latest";

/// An image by its tag, in a repository of ECR.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaggedImage {
    /// Name of the container.
    pub container: String,
    /// The image without its tag, such as `123456789012.dkr.ecr.eu-west-1.amazonaws.com/acme/shop`.
    pub name: String,
    /// The repository, such as `acme/shop`.
    pub repository: String,
    /// The tag.
    pub tag: String,
}

/// What ECR answered of a tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TagAnswer {
    /// The digest of its image, such as `sha256:9f86...`.
    Digest(String),
    /// It does not tell: why.
    Untold(String),
}

/// The tags whose digest is asked for before the release begins.
#[must_use]
pub fn to_resolve(
    released: &Released,
    settings: &DeploymentGroupSpec,
    binding: &AwsBindingSpec,
    account: &str,
) -> Vec<TaggedImage> {
    let Some(allowed) = &binding.allowed_repositories else { return Vec::new() };
    let images = released.images.iter().flat_map(|wanted| &wanted.images);
    let tagged = images.filter_map(|(container, image)| tagged(container, image, (account, &settings.aws.region)));
    tagged.filter(|one| allowed.iter().any(|pattern| matches_pattern(pattern, &one.repository))).collect()
}

/// An image by its tag in this account and region; none where it has a digest, or is elsewhere.
fn tagged(container: &str, image: &str, (account, region): (&str, &str)) -> Option<TaggedImage> {
    let (host, path) = image.split_once('/')?;
    if image.contains('@') || !hosts(account, region).iter().any(|known| known == host) {
        return None;
    }
    let (repository, tag) = path.split_once(':').unwrap_or((path, LATEST));
    Some(TaggedImage {
        container: container.to_owned(),
        name: format!("{host}/{repository}"),
        repository: repository.to_owned(),
        tag: tag.to_owned(),
    })
}

/// The hosts of the registry of an account (Amazon ECR user guide, "Amazon ECR private registry", and "Making requests to
/// Amazon ECR over IPv6" for the second; the third is that of regions in China).
fn hosts(account: &str, region: &str) -> [String; 3] {
    [
        format!("{account}.dkr.ecr.{region}.amazonaws.com"),
        format!("{account}.dkr-ecr.{region}.on.aws"),
        format!("{account}.dkr.ecr.{region}.amazonaws.com.cn"),
    ]
}

/// The same release with the digests that ECR told. What is asked for stays as it is written.
#[must_use]
pub fn resolved(released: &Released, answers: &[(TaggedImage, TagAnswer)]) -> Released {
    let mut released = released.clone();
    let wanted = released.images.iter_mut().map(|wanted| &mut wanted.images);
    for images in wanted {
        for (image, answer) in answers {
            if let TagAnswer::Digest(digest) = answer {
                images.insert(image.container.clone(), format!("{}@{digest}", image.name));
            }
        }
    }
    released
}

#[cfg(test)]
mod tests {
    use sluice_api::Revision;

    use super::*;

    const HOST: &str = "123456789012.dkr.ecr.eu-west-1.amazonaws.com";

    fn released(images: &[(&str, String)]) -> Released {
        let containers: serde_json::Value = images
            .iter()
            .map(|(name, image)| ((*name).to_owned(), image.clone().into()))
            .collect::<serde_json::Map<_, _>>()
            .into();
        let revision: Revision =
            serde_json::from_value(serde_json::json!({"images": {"family": "shop", "containers": containers}}))
                .unwrap();
        Released::read(revision, None).unwrap()
    }

    fn settings() -> DeploymentGroupSpec {
        serde_json::from_value(serde_json::json!({
            "applicationRef": "shop", "aws": {"binding": "team-shop", "region": "eu-west-1"},
            "ecs": {"cluster": "prod", "service": "shop"},
        }))
        .unwrap()
    }

    fn binding(allowed: Option<&str>) -> AwsBindingSpec {
        serde_json::from_value(serde_json::json!({
            "identity": "operator", "namespaceSelector": {}, "regions": ["eu-west-1"], "allowedArns": ["*"],
            "allowedRepositories": allowed.map(|one| [one]),
        }))
        .unwrap()
    }

    #[test]
    fn only_tags_in_listed_repositories_of_the_account_and_region_are_asked_for() {
        let digest = format!("sha256:{}", "a".repeat(64));
        let table = [
            ("a tag", Some("acme/*"), format!("{HOST}/acme/shop:1.2.3"), Some(("acme/shop", "1.2.3"))),
            ("no tag", Some("acme/*"), format!("{HOST}/acme/shop"), Some(("acme/shop", "latest"))),
            ("by IPv6", Some("*"), "123456789012.dkr-ecr.eu-west-1.on.aws/shop:1".to_owned(), Some(("shop", "1"))),
            ("a digest", Some("acme/*"), format!("{HOST}/acme/shop@{digest}"), None),
            ("a tag and a digest", Some("acme/*"), format!("{HOST}/acme/shop:1@{digest}"), None),
            ("nothing is listed", None, format!("{HOST}/acme/shop:1"), None),
            ("another is listed", Some("web/*"), format!("{HOST}/acme/shop:1"), None),
            ("another account", Some("*"), "210987654321.dkr.ecr.eu-west-1.amazonaws.com/shop:1".to_owned(), None),
            ("another region", Some("*"), "123456789012.dkr.ecr.us-east-1.amazonaws.com/shop:1".to_owned(), None),
            ("another registry", Some("*"), "ghcr.io/acme/shop:1".to_owned(), None),
            ("Docker's own", Some("*"), "nginx:1.27".to_owned(), None),
            ("a host that only begins so", Some("*"), format!("{HOST}.example.com/shop:1"), None),
        ];
        for (what, allowed, image, expected) in table {
            let asked = to_resolve(&released(&[("web", image)]), &settings(), &binding(allowed), "123456789012");
            let found = asked.first().map(|one| (one.repository.as_str(), one.tag.as_str()));
            assert_eq!(found, expected, "{what}");
        }
    }

    #[test]
    fn a_digest_takes_the_place_of_its_tag_and_what_is_untold_stays() {
        let images = [("web", format!("{HOST}/acme/shop:1.2.3")), ("proxy", format!("{HOST}/acme/proxy"))];
        let asked_for = released(&images);
        let asked = to_resolve(&asked_for, &settings(), &binding(Some("*")), "123456789012");
        let [proxy, web] = asked.as_slice() else { panic!("two are asked for: {asked:?}") };
        let digest = format!("sha256:{}", "9".repeat(64));
        let answers = [
            (web.clone(), TagAnswer::Digest(digest.clone())),
            (proxy.clone(), TagAnswer::Untold("there is no such image".to_owned())),
        ];
        let released = resolved(&asked_for, &answers);
        let wanted = released.images.unwrap().images;
        assert_eq!(wanted["web"], format!("{HOST}/acme/shop@{digest}"));
        assert_eq!(wanted["proxy"], format!("{HOST}/acme/proxy"));
        assert_eq!(released.revision, asked_for.revision, "it is the same request");
    }
}
