//! The users' tokens and kubeconfigs, and the service accounts' key.

use std::fmt::Write;
use std::path::Path;

use rcgen::KeyPair;

use crate::data::DataDirectory;
use crate::error::{Error, Result};
use crate::files::write_private;
use crate::user::User;

/// What is secret about a control plane, made anew for each.
#[derive(Debug)]
pub(crate) struct Credentials {
    tokens: Vec<(User, String)>,
}

impl Credentials {
    /// Makes tokens and a key and writes them where the API server reads them.
    pub(crate) fn create(data: &DataDirectory) -> Result<Self> {
        let mut tokens = Vec::new();
        let mut table = String::new();
        for user in User::ALL {
            let token = random_token()?;
            let User { name, group } = user;
            table.push_str(&format_line(&token, name, group));
            tokens.push((user, token));
        }
        write_private(&data.tokens(), &table)?;

        let key = KeyPair::generate()
            .map_err(|error| Error::io("make the service accounts' key")(std::io::Error::other(error)))?;
        write_private(&data.signing_key(), &key.serialize_pem())?;
        write_private(&data.verification_key(), &key.public_key_pem())?;
        Ok(Self { tokens })
    }

    /// Writes a kubeconfig for each user, readable by us alone.
    pub(crate) fn write_kubeconfigs(&self, data: &DataDirectory, port: u16) -> Result<()> {
        for (user, token) in &self.tokens {
            let kubeconfig = render_kubeconfig(port, &data.certificate(), *user, token);
            write_private(&data.kubeconfig_of(*user), &kubeconfig)?;
        }
        Ok(())
    }
}

/// A line of the API server's token file.
fn format_line(token: &str, name: &str, group: &str) -> String {
    format!("{token},{name},{name},\"{group}\"\n")
}

fn random_token() -> Result<String> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|error| Error::io("draw a random token")(error.into()))?;
    Ok(bytes.iter().fold(String::new(), |mut token, byte| {
        // Writing to a string cannot fail.
        let _ = write!(token, "{byte:02x}");
        token
    }))
}

/// The certificate is named, not copied, because the API server makes it only
/// after the first kubeconfig is needed.
fn render_kubeconfig(port: u16, certificate: &Path, user: User, token: &str) -> String {
    let certificate = certificate.display().to_string().replace('\'', "''");
    let name = user.name;
    format!(
        "apiVersion: v1
kind: Config
clusters:
- name: sluice-local
  cluster:
    server: https://127.0.0.1:{port}
    certificate-authority: '{certificate}'
users:
- name: {name}
  user:
    token: {token}
contexts:
- name: {name}@sluice-local
  context:
    cluster: sluice-local
    user: {name}
current-context: {name}@sluice-local
"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kubeconfig_names_the_server_the_certificate_and_the_token() {
        let path = Path::new("/tmp/ada's data/apiserver.crt");
        let kubeconfig = render_kubeconfig(6443, path, User::OPERATOR, "secret");
        let expected = [
            "    server: https://127.0.0.1:6443",
            "    certificate-authority: '/tmp/ada''s data/apiserver.crt'",
            "- name: sluice-operator",
            "    token: secret",
            "current-context: sluice-operator@sluice-local",
        ];
        for line in expected {
            assert!(kubeconfig.lines().any(|it| it == line), "{line}\n{kubeconfig}");
        }
    }

    #[test]
    fn a_line_of_the_token_file_quotes_the_group() {
        let line = format_line("secret", "admin", "system:masters");
        assert_eq!(line, "secret,admin,admin,\"system:masters\"\n");
    }

    #[test]
    fn two_tokens_are_never_the_same() {
        let token = random_token().unwrap();
        assert_eq!(token.len(), 32);
        assert_ne!(token, random_token().unwrap());
    }
}
