//! What hooks need of Kubernetes, asked of an API server that answers by script.

use serde_json::{Value, json};
use sluice_plan::observation::HookNeed;

use super::needs::problem;
use crate::kubernetes::scripted::{client, refused};

fn review(allowed: bool) -> (u16, Value) {
    let review = json!({"kind": "SelfSubjectAccessReview", "apiVersion": "authorization.k8s.io/v1", "spec": {}});
    let mut review = review;
    review["status"] = json!({"allowed": allowed});
    (201, review)
}

fn account() -> (u16, Value) {
    (200, json!({"kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1", "metadata": {"name": "migrator"}}))
}

/// A Secret with these keys, each with this value in base64.
fn secret(keys: &[&str], value: &str) -> (u16, Value) {
    let data: serde_json::Map<String, Value> = keys.iter().map(|key| ((*key).to_owned(), json!(value))).collect();
    (200, json!({"kind": "Secret", "apiVersion": "v1", "metadata": {"name": "token"}, "data": data}))
}

/// What is asked for, what the API server answers, and words of what is told.
type Case = (&'static str, HookNeed, Vec<(u16, Value)>, &'static [&'static str]);

#[tokio::test]
async fn what_hooks_need_is_there_or_is_told_with_a_remedy() {
    let account_of = || HookNeed::ServiceAccount("migrator".to_owned());
    let headers = || HookNeed::Headers("token".to_owned());
    let table: Vec<Case> = vec![
        ("may make Jobs", HookNeed::Jobs, vec![review(true), review(true)], &[]),
        (
            "may not",
            HookNeed::Jobs,
            vec![review(false)],
            &["may not create Jobs in namespace shop", "hooks.jobs of its chart"],
        ),
        (
            "may make and not read them",
            HookNeed::Jobs,
            vec![review(true), review(false)],
            &["may not get Jobs", "hooks.jobs"],
        ),
        ("may not ask", HookNeed::Jobs, vec![refused(403, "Forbidden")], &["system:basic-user"]),
        ("nobody answers", HookNeed::Jobs, vec![refused(500, "InternalError")], &["it is asked again"]),
        ("an account", account_of(), vec![account()], &[]),
        (
            "no account",
            account_of(),
            vec![refused(404, "NotFound")],
            &["there is no ServiceAccount migrator in namespace shop", "make it"],
        ),
        (
            "one that may not be read",
            account_of(),
            vec![refused(403, "Forbidden")],
            &["let the operator read ServiceAccounts"],
        ),
        ("too many requests", account_of(), vec![refused(429, "TooManyRequests")], &["it is asked again"]),
        ("headers", headers(), vec![secret(&["Authorization"], "QmVhcmVyIGFiYw==")], &[]),
        ("no Secret", headers(), vec![refused(404, "NotFound")], &["there is no Secret token", "make it"]),
        (
            "one that may not be read",
            headers(),
            vec![refused(403, "Forbidden")],
            &["may not read Secret token", "hooks.secretNames"],
        ),
        ("one without keys", headers(), vec![secret(&[], "")], &["Secret token has no keys", "such as Authorization"]),
        (
            "a key that is no header",
            headers(),
            vec![secret(&["not a header"], "YQ==")],
            &["Secret token", "no name of a header"],
        ),
        ("one that frames", headers(), vec![secret(&["Host"], "YQ==")], &["host is not taken"]),
        // A line break at its end, as `echo` leaves it.
        (
            "a value of two lines",
            headers(),
            vec![secret(&["Authorization"], "YWJjCg==")],
            &["authorization", "line break"],
        ),
        ("nobody answers", headers(), vec![refused(503, "ServiceUnavailable")], &["it is asked again"]),
    ];
    for (about, need, answers, words) in table {
        let (client, asked) = client(&answers);
        let told = problem(&client, "shop", &need).await;
        assert_eq!(told.is_none(), words.is_empty(), "{about}: {told:?}");
        let told = told.unwrap_or_default();
        assert!(words.iter().all(|word| told.contains(word)), "{about}: {told}");
        assert!(!told.contains("YW") && !told.contains("abc"), "{about}: a value is shown: {told}");
        let asked = asked.lock().unwrap();
        assert_eq!(asked.len(), answers.len(), "{about}: {asked:?}");
        let is_read = |one: &String| one.starts_with("GET /api/v1/namespaces/shop/");
        let is_review = |one: &String| one == "POST /apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
        assert!(asked.iter().all(|one| is_read(one) || is_review(one)), "{about}: nothing is written: {asked:?}");
    }
}
