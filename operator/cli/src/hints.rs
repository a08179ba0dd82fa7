//! Commands that people are told to type.

use std::borrow::Cow;

use crate::arguments::Common;

/// Writes commands so that they can be typed as they stand: with the namespace where it is not the one that is taken without
/// a flag, and with the cluster where flags named it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hints {
    /// The namespace that is taken without `-n`.
    usual_namespace: String,
    /// The flags that name the cluster.
    cluster: String,
}

impl Hints {
    /// Those of a cluster that these flags name, and whose context has this namespace.
    #[must_use]
    pub fn new(usual_namespace: &str, common: &Common) -> Self {
        let kubeconfig = common.kubeconfig.as_ref().map(|path| path.to_string_lossy().into_owned());
        let flags = [("context", common.context.as_deref()), ("kubeconfig", kubeconfig.as_deref())];
        let cluster = flags.iter().filter_map(|(flag, value)| Some(format!(" --{flag} {}", quoted((*value)?))));
        Self { usual_namespace: usual_namespace.to_owned(), cluster: cluster.collect() }
    }

    /// A command of the plugin in this namespace: `kubectl sluice approve prod-7 half -n shop`.
    #[must_use]
    pub fn command(&self, namespace: &str, words: &[&str]) -> String {
        let mut command = "kubectl sluice".to_owned();
        for word in words {
            command.push(' ');
            command.push_str(&quoted(word));
        }
        command + &self.flags(namespace)
    }

    /// The flags that lead to this namespace of the cluster, each with a space before it.
    #[must_use]
    pub fn flags(&self, namespace: &str) -> String {
        if namespace == self.usual_namespace || namespace.is_empty() {
            return self.cluster.clone();
        }
        format!(" -n {}{}", quoted(namespace), self.cluster)
    }
}

/// A word as a shell takes it for one.
#[must_use]
pub fn quoted(word: &str) -> Cow<'_, str> {
    let is_plain = |one: char| one.is_ascii_alphanumeric() || "-_./:=@,+%".contains(one);
    if !word.is_empty() && word.chars().all(is_plain) {
        return Cow::Borrowed(word);
    }
    Cow::Owned(format!("'{}'", word.replace('\'', r"'\''")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_names_what_would_not_be_taken_without_a_flag() {
        let of = |context: Option<&str>, kubeconfig: Option<&str>| {
            let common = Common {
                context: context.map(str::to_owned),
                kubeconfig: kubeconfig.map(Into::into),
                ..Common::default()
            };
            Hints::new("shop", &common)
        };
        let table = [
            (of(None, None), "shop", vec!["stop", "prod-7"], "kubectl sluice stop prod-7"),
            (of(None, None), "cart", vec!["stop", "prod-7"], "kubectl sluice stop prod-7 -n cart"),
            (
                of(None, None),
                "default",
                vec!["approve", "a-1", "it's"],
                r"kubectl sluice approve a-1 'it'\''s' -n default",
            ),
            (of(Some("my stage"), None), "shop", vec!["pause", "a-1"], "kubectl sluice pause a-1 --context 'my stage'"),
            (of(None, Some("/a/b")), "shop", vec!["pause", ""], "kubectl sluice pause '' --kubeconfig /a/b"),
        ];
        for (hints, namespace, words, expected) in table {
            assert_eq!(hints.command(namespace, &words), expected);
        }
    }
}
