//! Credentials and permissions.

use super::signal::{Row, Signal};

pub(super) const FORMS: &[Row] = &[
    (
        Signal::NotPermitted,
        &[
            r"(is |are |was |were )?not (currently )?(authori[sz]ed|permitted|allowed) to (perform|assume|access|use|call|pull|push|create|invoke|pass|describe|read|write|modify|register)",
            r"permission to .{1,120} denied|marked as read[- ]only|write access to (the )?repository not granted",
            r"unauthori[sz]ed (operation|to|access|request)|not authori[sz]ed\b",
            r"access[ _-]?(is |was |has been )?(denied|forbidden)|(denied|refused) access",
            r"explicit deny|(no|because no) (identity|resource|session|permissions|vpc|service control)[a-z -]*polic",
            r"(do|does|did)( not|n't) (have|give you|grant|allow you) (the )?(\w+ )?(required |necessary |sufficient |enough )?(permissions?|access|privileges?|rights?|authori[sz]ation)",
            r"(missing|lacks?|insufficient|inadequate|without|requires?|denied|no|invalid|proper|necessary|sufficient|required) (the )?(\w+ )?(iam )?(permissions?|privileges|scopes?)\b",
            r"permissions .{0,30}(denied|misconfigured|missing|insufficient|not granted)|permissions? .{0,30}(to (perform|access|assume)|not granted)",
            r"(trust (relationship|policy)|polic(y|ies)) .{0,40}(misconfigured|does not allow|doesn't allow|not allow|denies|must allow)",
            r"(unable|failed|could not|cannot|can't|not able|not authori[sz]ed|error) (to )?assum(e|ing) .{0,40}role|assumerole.{0,40}(denied|not authori|failed)|cannot assume|could not be assumed|role .{0,60}cannot be assumed",
            r"(iam|service|execution|task) role .{0,120}(does not exist|doesn't exist|no longer|not found|is invalid|cannot be|could not|does not give|permission)|no service role exists|passrole",
            r"\b403\b.{0,6}(forbidden|access)|(status|statuscode|http|code|error|response)[a-z_ /.0-9]{0,12}[\x22':=]{0,3} ?40[13]\b",
            r"(api error|error|exception|:) forbidden|forbidden:|status_?forbidden",
            r"opt-?in (is )?required|account (is )?(suspended|not (activated|subscribed))|subscription .{0,20}required",
        ],
    ),
    (
        Signal::CredentialsRefused,
        &[
            r"(security|session|access|refresh|sso|\bid|identity|oauth|\bauth|bearer|registry|installation|github|gitlab|api|authorization|authentication) tokens? .{0,60}(expired|invalid|not valid|revoked|malformed|not found|has been|could not be|required|missing)",
            r"tokens? (has |have |is |was |had )?(been )?(expired|revoked)|(username or|personal) (access )?token",
            r"(config(uration)? )?profile .{0,60}(could not be found|not found|does not exist|not configured)",
            r"(when|while) (retrieving|loading|refreshing|fetching|resolving|getting) (\w+ ){0,3}(credentials?|token)",
            r"(expired|invalid|bad|revoked|missing|no|wrong|incorrect|unable to locate|unable to load|could not load|could not find|failed to (load|retrieve|refresh|get|fetch|resolve)|cannot (load|find)|not find|error (loading|retrieving|getting|fetching|resolving)|loading) (\w+ ){0,4}(credentials?|(access|session|security|auth|bearer|refresh|oauth|api|github|identity|registry) tokens?|api key|access key|password|signature|identity|basic auth)",
            r"credentials? .{0,40}(expired|invalid|incorrect|missing|not (found|valid|be|set|configured|provided|enabled)|could not|rejected|required|were not|have been)",
            r"(sso|login|session) .{0,30}(expired|otherwise invalid|invalid|not found|required|log ?in)|please (run|re-?run|use) .{0,20}(aws )?(sso )?login|sign in again|log ?in again|login required",
            r"signature .{0,40}(does not match|doesn't match|mismatch|expired|not match|invalid|not yet)|request ?time ?too ?skewed|clock skew|difference between the request time",
            r"authenticat(ion|e) .{0,20}(failed|failure|required|error|denied|rejected|unsuccessful)|(failed|unable|could not|failure|cannot|error) (to )?authenticat|not authenticated|unauthenticated|autherror|auth(entication|orization)? (is )?required",
            r"(incorrect|invalid|bad|wrong) (username|user name|login|user)( or |/| and )password|incorrect username",
            r"\b401\b.{0,6}unauthori[sz]ed|401 \(?unauthori|unauthori[sz]ed: |: unauthori[sz]ed|http basic: |status 401",
            r"permission denied \(?(publickey|password|keyboard|gssapi)|host key verification failed|load key .{0,60}(invalid|error|permission)|no supported authentication|deploy key|ssh: handshake failed|unable to authenticate",
            r"could not read (user ?name|password)|terminal prompts disabled|could not read from remote repository.{0,60}access rights",
            r"support for password authentication was removed|saml|two-factor|mfa ",
            r"no credentials|nocredential|credentialsprovider|credential provider|unable to locate credentials|provider.{0,12}not enabled|credentials in the property bag|identity resolver|must be logged in|(provide|supply) (valid |your )?credentials",
            r"(invalid|unrecognized|wrong|not valid) .{0,10}(client|access) ?(token|key)|invalidclient|access key id .{0,30}(not exist|invalid)",
        ],
    ),
    (
        Signal::RegistryRefused,
        &[
            r"pull access denied|requested access to the resource is denied|no basic auth credentials|denied: (user|requested|permission|your|access|not|installation|this)",
            r"(unauthori[sz]ed|denied|forbidden).{0,60}(registry|docker login|repository|manifest|pull|push)|(failed to authorize|failed to fetch (anonymous|oauth) token|authentication required)",
            r"authorization (token|data)|ecr:(get|batch|put|initiate|complete|upload)|error response from daemon: get .{0,120}(unauthori|denied|forbidden)",
            r"(manifests?|blobs?|token|v2|metadata|resolve|pull|head|fetch)[^ ]*.{0,60}40[13] (unauthori|forbidden)|unexpected status.{0,40}40[13]",
        ],
    ),
    (
        Signal::FileNotPermitted,
        &[
            r"exec:? .{0,80}permission denied|permission denied: unknown|eacces|permission denied, (open|mkdir|scandir|unlink)|: permission denied|permission denied:? '?/",
            r"operation not permitted|eperm",
        ],
    ),
];
