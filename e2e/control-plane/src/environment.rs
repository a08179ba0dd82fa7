//! What of the user's environment reaches a command that runs against a cluster, and what does not.

use std::env;
use std::ffi::{OsStr, OsString};
use std::path::Path;
use std::process::Command;

/// Beginnings of names that say where a person's AWS, charts and clusters are. A run has its own.
const THE_USERS: [&str; 5] = ["AWS_", "HELM_", "KUBECTL_", "SLUICE_TEST_CLUSTER", "SLUICE_TEST_RUN"];

/// Addresses that are never asked through a proxy, whatever the user's proxies are.
const NEVER_PROXIED: &str = "127.0.0.1,localhost,::1";

/// The variables of this process.
pub(crate) fn variables() -> Vec<(OsString, OsString)> {
    env::vars_os().collect()
}

/// Takes the user's own settings away from a command, and gives it a folder for what kubectl and helm write, which would
/// else be the user's home.
pub(crate) fn prepare(command: &mut Command, users: &[(OsString, OsString)], folder: &Path) {
    for (name, _) in users.iter().filter(|(name, _)| is_the_users(name)) {
        command.env_remove(name);
    }
    command.env_remove("KUBECONFIG").env("KUBERC", "off").env("KUBECACHEDIR", folder.join("kubectl"));
    for (variable, name) in [("HELM_CACHE_HOME", "cache"), ("HELM_CONFIG_HOME", "config"), ("HELM_DATA_HOME", "data")] {
        command.env(variable, folder.join("helm").join(name));
    }
    for variable in ["NO_PROXY", "no_proxy"] {
        let users = users.iter().find(|(name, value)| name == variable && !value.is_empty());
        let mut value = users.map_or_else(OsString::new, |(_, value)| [value, OsStr::new(",")].into_iter().collect());
        value.push(NEVER_PROXIED);
        command.env(variable, value);
    }
}

fn is_the_users(name: &OsStr) -> bool {
    name.to_str().is_some_and(|name| THE_USERS.iter().any(|beginning| name.starts_with(beginning)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_users_own_settings_are_taken_away_and_the_rest_is_left() {
        let taken =
            ["AWS_PROFILE", "AWS_ENDPOINT_URL_ECS", "HELM_NAMESPACE", "KUBECTL_EXTERNAL_DIFF", "SLUICE_TEST_RUN"];
        let left = [
            "PATH",
            "HOME",
            "SLUICE_CACHE",
            "SLUICE_BINARY",
            "SLUICE_CONTRACT_PROXY",
            "SLUICE_TEST_TIME_LIMIT",
            "CARGO_TARGET_DIR",
        ];
        let users: Vec<_> = taken.iter().chain(&left).map(|name| (OsString::from(name), OsString::from("x"))).collect();
        let mut command = Command::new("true");
        prepare(&mut command, &users, Path::new("/data/clients"));
        let changed: Vec<(&OsStr, Option<&OsStr>)> = command.get_envs().collect();
        for name in taken.into_iter().chain(["KUBECONFIG"]) {
            assert!(changed.contains(&(OsStr::new(name), None)), "{name}: {changed:?}");
        }
        for name in left {
            assert!(!changed.iter().any(|(changed, _)| *changed == name), "{name}: {changed:?}");
        }
        let folder = OsStr::new("/data/clients/helm/cache");
        assert!(changed.contains(&(OsStr::new("HELM_CACHE_HOME"), Some(folder))), "{changed:?}");
    }

    #[test]
    fn a_proxy_of_the_user_is_never_asked_for_what_is_on_this_machine() {
        let users = [(OsString::from("NO_PROXY"), OsString::from("example.org"))];
        let mut command = Command::new("true");
        prepare(&mut command, &users, Path::new("/data/clients"));
        let value = |name: &str| command.get_envs().find(|(known, _)| *known == name).and_then(|(_, value)| value);
        assert_eq!(value("NO_PROXY"), Some(OsStr::new("example.org,127.0.0.1,localhost,::1")));
        assert_eq!(value("no_proxy"), Some(OsStr::new("127.0.0.1,localhost,::1")));
    }
}
