//! Identities in the cloud, all derived from the Deployment's UID: a crash between a call and its record
//! loses nothing, because the next reconcile finds again what the last one made.

/// Prefix of every external id that Sluice gives.
pub const EXTERNAL_ID_PREFIX: &str = "sluice-";

/// `externalId` of the task set of a Deployment.
#[must_use]
pub fn external_id(uid: &str) -> String {
    format!("{EXTERNAL_ID_PREFIX}{uid}")
}

/// `clientToken` of CreateTaskSet: the UID itself, which has the 36 characters that ECS allows.
#[must_use]
pub fn client_token(uid: &str) -> String {
    uid.chars().take(36).collect()
}

/// Longest value of a tag, in characters (ECS API reference, Tag).
const TAG_LIMIT: usize = 256;

/// Tags of the task set, for people who look at it from the side of AWS.
#[must_use]
pub fn tags(namespace: &str, name: &str, group: &str, uid: &str) -> Vec<(String, String)> {
    vec![
        ("sluice.dev/deployment".to_owned(), tag_value(format!("{namespace}/{name}"), uid)),
        ("sluice.dev/group".to_owned(), tag_value(format!("{namespace}/{group}"), uid)),
    ]
}

/// The value, if it fits. A longer one, of which a name of 253 characters makes one, would be refused after the release
/// has begun: it is cut, and ends with the Deployment's UID, by which no two are alike.
fn tag_value(value: String, uid: &str) -> String {
    if value.chars().count() <= TAG_LIMIT {
        return value;
    }
    let end = format!("-{}", client_token(uid));
    let kept: String = value.chars().take(TAG_LIMIT - end.chars().count()).collect();
    kept + &end
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_of_the_longest_names_fits_and_no_two_are_alike() {
        let (namespace, name) = ("n".repeat(63), "d".repeat(253));
        let tags = |uid| tags(&namespace, &name, "prod", uid);
        let (first, second) =
            (tags("0b9ab3c4-6f0b-4e8e-9a3f-2a7c1f5d1e42"), tags("1c9ab3c4-6f0b-4e8e-9a3f-2a7c1f5d1e42"));
        assert_eq!(first[0].1.chars().count(), TAG_LIMIT);
        assert!(first[0].1.starts_with(&format!("{namespace}/dddd")) && first[0].1.ends_with("2a7c1f5d1e42"));
        assert_ne!(first[0], second[0]);
        assert_eq!(first[1].1, format!("{namespace}/prod"));
    }
}
