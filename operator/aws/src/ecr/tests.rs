//! What ECR is asked, and what is made of its answers.

use serde_json::{Value, json};

use crate::{
    error::ErrorClass,
    ports::ImageDigest,
    testing::{Aws, NEVER},
};

fn error(code: &str) -> String {
    json!({"__type": code, "message": "no"}).to_string()
}

#[tokio::test(start_paused = true)]
async fn a_tag_is_asked_for_by_its_repository_and_only_its_own_digest_is_taken() {
    let digest = format!("sha256:{}", "9".repeat(64));
    let image = |tag: &str, digest: &str| json!({"imageTags": ["other", tag], "imageDigest": digest});
    let table: [(&str, u16, String, Result<ImageDigest, ErrorClass>); 9] = [
        (
            "its digest",
            200,
            json!({"imageDetails": [image("1", &digest)]}).to_string(),
            Ok(ImageDigest::Known(digest.clone())),
        ),
        ("another's", 200, json!({"imageDetails": [image("2", &digest)]}).to_string(), Err(ErrorClass::Unknown)),
        ("no digest", 200, json!({"imageDetails": [image("1", "latest")]}).to_string(), Err(ErrorClass::Unknown)),
        ("nothing", 200, Value::Object(serde_json::Map::new()).to_string(), Err(ErrorClass::Unknown)),
        ("no such image", 400, error("ImageNotFoundException"), Ok(ImageDigest::Untold(String::new()))),
        ("no such repository", 400, error("RepositoryNotFoundException"), Ok(ImageDigest::Untold(String::new()))),
        ("denied", 400, error("AccessDeniedException"), Ok(ImageDigest::Untold(String::new()))),
        ("throttled", 400, error("ThrottlingException"), Err(ErrorClass::Throttled)),
        ("no answer", NEVER, String::new(), Err(ErrorClass::Unavailable)),
    ];
    for (what, status, body, expected) in table {
        let aws = Aws::always(status, body);
        let found = aws.region().registry.digest("acme/shop", "1").await.map_err(|error| error.class);
        let found = found.map(|answer| match answer {
            ImageDigest::Untold(why) => {
                assert!(why.contains("DescribeImages"), "{what}: {why}");
                ImageDigest::Untold(String::new())
            }
            known @ ImageDigest::Known(_) => known,
        });
        assert_eq!(found, expected, "{what}");
        let seen = aws.seen();
        assert_eq!(seen[0].operation, "DescribeImages", "{what}");
        assert_eq!(seen[0].json(), json!({"repositoryName": "acme/shop", "imageIds": [{"imageTag": "1"}]}), "{what}");
    }
}
