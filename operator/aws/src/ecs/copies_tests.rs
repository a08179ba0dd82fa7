use std::collections::BTreeMap;

use serde_json::{Value, json};
use sluice_plan::observation::WantedImages;

use crate::{
    error::ErrorClass,
    testing::{Aws, Seen, ecs_error},
};

fn arn(number: i64) -> String {
    format!("arn:aws:ecs:eu-west-1:123456789012:task-definition/shop:{number}")
}

/// An answer with a revision that has this image; more of it as a test says.
fn revision(number: i64, image: &str, more: &Value) -> String {
    let mut definition = json!({
        "taskDefinitionArn": arn(number), "family": "shop", "revision": number, "status": "ACTIVE", "cpu": "256",
        "registeredAt": 1_700_000_000, "registeredBy": "arn:someone", "compatibilities": ["EC2"], "requiresAttributes": [],
        "containerDefinitions": [{"name": "web", "image": image, "cpu": 0, "environment": [{"name": "MODE", "value": "live"}]}],
    });
    for (key, value) in more.as_object().unwrap() {
        definition[key] = value.clone();
    }
    json!({"taskDefinition": definition, "tags": [{"key": "team", "value": "shop"}]}).to_string()
}

fn wanted(image: &str) -> WantedImages {
    WantedImages { family: "shop".to_owned(), images: BTreeMap::from([("web".to_owned(), image.to_owned())]) }
}

fn asked(seen: &Seen) -> String {
    seen.json()["taskDefinition"].as_str().unwrap_or_default().to_owned()
}

/// ECS with the newest revision 12, whose image is `c`; 11 has `b`, 10 has `a` and other memory, 9 is INACTIVE with `d`.
fn ecs() -> Aws {
    Aws::answering(|seen| {
        let found = match asked(seen).as_str() {
            "shop" | "shop:12" => revision(12, "c", &json!({})),
            "shop:11" => revision(11, "b", &json!({})),
            "shop:10" => revision(10, "a", &json!({"memory": "512"})),
            "shop:9" => revision(9, "d", &json!({"status": "INACTIVE"})),
            name if name == arn(12) => revision(12, "c", &json!({})),
            _ => return Ok((400, ecs_error("ClientException", "Unable to describe task definition."))),
        };
        match seen.operation.as_str() {
            "DescribeTaskDefinition" => Ok((200, found)),
            other => panic!("{other} is not expected"),
        }
    })
}

#[tokio::test(start_paused = true)]
async fn a_copy_is_found_by_its_content_among_the_newest_revisions() {
    for (image, expected, calls) in [("c", Some(12), 1), ("b", Some(11), 2), ("a", None, 9), ("d", None, 9)] {
        let aws = ecs();
        let found = aws.region().ecs.search_copy(&wanted(image)).await.unwrap();
        assert_eq!(found.base.map(|base| base.arn), Some(arn(12)), "{image}");
        assert_eq!(found.found.map(|found| found.arn), expected.map(arn), "{image}");
        assert_eq!(aws.seen().len(), calls, "{image}");
        assert_eq!(aws.seen()[0].json(), json!({"taskDefinition": "shop", "include": ["TAGS"]}), "{image}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_family_without_an_active_revision_has_no_copy() {
    let aws = Aws::always(400, ecs_error("ClientException", "Unable to describe task definition."));
    let found = aws.region().ecs.search_copy(&wanted("a")).await.unwrap();
    assert_eq!((found.base, found.found), (None, None));
}

#[tokio::test(start_paused = true)]
async fn a_copy_is_registered_with_all_that_can_be_and_nothing_that_ecs_gives() {
    let aws = Aws::answering(|seen| match seen.operation.as_str() {
        "DescribeTaskDefinition" => Ok((200, revision(12, "c", &json!({})))),
        _ => Ok((200, revision(13, "new", &json!({})))),
    });
    let made = aws.region().ecs.register_copy(&arn(12), &wanted("new")).await.unwrap();
    assert_eq!(made.arn, arn(13));
    assert!(!format!("{made:?}").contains("live"), "S15: {made:?}");
    let request = aws.seen().pop().unwrap();
    assert_eq!(request.operation, "RegisterTaskDefinition");
    assert_eq!(
        request.json(),
        json!({
            "family": "shop", "cpu": "256",
            "containerDefinitions": [{"name": "web", "image": "new", "cpu": 0, "environment": [{"name": "MODE", "value": "live"}]}],
            "tags": [{"key": "team", "value": "shop"}, {"key": "sluice.dev/copy-of", "value": "shop:12"}],
        })
    );
}

#[tokio::test(start_paused = true)]
async fn a_registration_is_sent_once_whatever_becomes_of_it() {
    let aws = Aws::answering(|seen| match seen.operation.as_str() {
        "DescribeTaskDefinition" => Ok((200, revision(12, "c", &json!({})))),
        _ => Ok((500, ecs_error("ServerException", "later"))),
    });
    let error = aws.region().ecs.register_copy(&arn(12), &wanted("new")).await.unwrap_err();
    assert_eq!(error.class, ErrorClass::Unavailable);
    let sent = aws.seen().iter().filter(|seen| seen.operation == "RegisterTaskDefinition").count();
    assert_eq!(sent, 1);
}
