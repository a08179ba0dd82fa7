//! Who calls: access keys, the accounts they belong to, roles, and sessions that end.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use crate::random::{Random, hash};
use crate::time::Moment;
use crate::wire::credentials;
use crate::wire::credentials::{expired, invalid};
use crate::wire::error::ApiError;
use crate::wire::message::{Protocol, Request};
use crate::world::region::Place;

/// The caller of an operation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Caller {
    /// The access key id.
    pub access_key: String,
    /// The account that the key belongs to.
    pub account: String,
    /// The region the request was signed for.
    pub region: String,
    /// The role and the session's name, for a session.
    pub session: Option<(String, String)>,
}

impl Caller {
    /// The account and the region it calls.
    #[must_use]
    pub fn place(&self) -> Place {
        (self.account.clone(), self.region.clone())
    }

    /// The ARN by which AWS names the caller.
    #[must_use]
    pub fn arn(&self) -> String {
        match &self.session {
            Some((role, name)) => format!("arn:aws:sts::{}:assumed-role/{role}/{name}", self.account),
            None => format!("arn:aws:iam::{}:user/{}", self.account, self.access_key.to_ascii_lowercase()),
        }
    }

    /// Who it is, whatever key it uses at the moment.
    #[must_use]
    pub fn principal(&self) -> String {
        match &self.session {
            Some((role, _)) => format!("{}/{role}", self.account),
            None => self.access_key.clone(),
        }
    }

    /// The unique identifier that AWS gives it.
    #[must_use]
    pub fn user_id(&self) -> String {
        match &self.session {
            Some((role, name)) => format!("{}:{name}", role_id(&self.account, role)),
            None => format!("AIDA{}", self.access_key),
        }
    }
}

/// The unique identifier of a role.
#[must_use]
pub fn role_id(account: &str, role: &str) -> String {
    format!("AROA{:016X}", hash(&format!("{account}/{role}")))
}

/// A role that may be assumed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Role {
    /// The ARN.
    pub arn: String,
    /// What `ExternalId` must be.
    pub external_id: Option<String>,
    /// Accounts whose callers may assume it; any if empty.
    pub trusts: Vec<String>,
}

/// A session.
#[derive(Clone, Debug)]
pub struct Session {
    /// The account of the role.
    pub account: String,
    /// The role's name.
    pub role: String,
    /// The session's name.
    pub name: String,
    /// What goes along with the key.
    pub token: String,
    /// When it ends.
    pub until: Moment,
}

/// All keys, roles and sessions.
#[derive(Clone, Debug)]
pub struct Identities {
    default_account: String,
    /// Whose a key is; any other key belongs to the default account.
    pub accounts: BTreeMap<String, String>,
    /// Keys that the services do not know.
    pub invalid: BTreeSet<String>,
    /// Roles; any role may be assumed if there are none.
    pub roles: Vec<Role>,
    sessions: BTreeMap<String, Session>,
    secrets: Random,
}

impl Identities {
    /// No keys but those of the default account.
    #[must_use]
    pub fn new(default_account: &str, seed: u64) -> Self {
        Self {
            default_account: default_account.to_owned(),
            accounts: BTreeMap::new(),
            invalid: BTreeSet::new(),
            roles: Vec::new(),
            sessions: BTreeMap::new(),
            secrets: Random::new(seed ^ 0x57a7),
        }
    }

    /// The caller that the request's signature names. The signature itself is not checked.
    pub fn caller(&self, request: &Request, protocol: Protocol, now: Moment) -> Result<Caller, ApiError> {
        let scope = credentials::scope(request, protocol)?;
        if self.invalid.contains(&scope.access_key) {
            return Err(invalid(protocol));
        }
        let session = match self.sessions.get(&scope.access_key) {
            Some(session) if request.header("x-amz-security-token") != Some(session.token.as_str()) => {
                return Err(invalid(protocol));
            }
            Some(session) if session.until <= now => return Err(expired(protocol)),
            Some(session) => Some(session),
            // A temporary key that nobody was given, as after a reset.
            None if scope.access_key.starts_with("ASIASIMULATED") => return Err(invalid(protocol)),
            None => None,
        };
        let account = match session {
            Some(session) => &session.account,
            None => self.accounts.get(&scope.access_key).unwrap_or(&self.default_account),
        };
        Ok(Caller {
            account: account.clone(),
            access_key: scope.access_key,
            region: scope.region,
            session: session.map(|session| (session.role.clone(), session.name.clone())),
        })
    }

    /// Somebody who signs nothing, as for `AssumeRoleWithWebIdentity`.
    #[must_use]
    pub fn nobody(&self) -> Caller {
        Caller { account: self.default_account.clone(), region: "us-east-1".to_owned(), ..Caller::default() }
    }

    /// The caller that a scenario's script acts as.
    #[must_use]
    pub fn scripted(&self, access_key: &str, account: &str, region: &str) -> Caller {
        Caller {
            access_key: access_key.to_owned(),
            account: account.to_owned(),
            region: region.to_owned(),
            session: None,
        }
    }

    /// Begins a session; gives its key, its secret and itself.
    pub fn begin(
        &mut self,
        account: &str,
        role: &str,
        name: &str,
        now: Moment,
        length: Duration,
    ) -> (String, String, Session) {
        // Sessions that ended long ago would only take up room.
        self.sessions.retain(|_, session| now.since(session.until) < Duration::from_hours(1));
        let key = format!("ASIASIMULATED{:07X}", self.secrets.bits() >> 36);
        let secret = self.secrets.hex32();
        let token = format!("{}{}", self.secrets.hex32(), self.secrets.hex32());
        let session = Session {
            account: account.to_owned(),
            role: role.to_owned(),
            name: name.to_owned(),
            token,
            until: now.plus(length),
        };
        self.sessions.insert(key.clone(), session.clone());
        (key, secret, session)
    }

    /// Ends every session at once, as a revocation does.
    pub fn expire_sessions(&mut self, now: Moment) -> usize {
        for session in self.sessions.values_mut() {
            session.until = session.until.min(now);
        }
        self.sessions.len()
    }
}
