//! Where HTTP hooks may be sent: to hosts that the binding lists. Asked before a release begins, and again before each
//! call, by the binding as it is then.

use sluice_api::{AwsBindingSpec, HookUrl, ListedUrl, Reason};

use crate::refusal::Refusal;

/// The URL of a hook, if the binding lists its host and its port. The field is that of the URL, for the message, which
/// names no path and no query: these may be secret.
pub fn authorize_hook_url(
    (binding_name, binding): (&str, &AwsBindingSpec),
    field: &str,
    url: &str,
) -> Result<ListedUrl, Refusal> {
    let url = HookUrl::parse(url).map_err(|error| Refusal::new(Reason::InvalidValue, format!("{field}: {error}")))?;
    let hosts = binding.allowed_hook_hosts.as_deref().unwrap_or_default();
    ListedUrl::among(hosts, &url).ok_or_else(|| {
        let known: Vec<String> = hosts.iter().map(|one| format!("{}:{}", one.host, one.port())).collect();
        let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
        let message = format!(
            "{field}: AwsBinding {binding_name} does not admit {}:{}: correct {field}, or ask an admin to add it to allowedHookHosts, which has {known}",
            url.host(),
            url.port()
        );
        Refusal::new(Reason::NotAdmitted, message)
    })
}
