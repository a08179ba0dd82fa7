//! What follows from a failed call.

/// What follows from a failed call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ErrorClass {
    /// Too many calls: come back later.
    Throttled,
    /// No answer, or an answer that AWS is not well. A write may or may not have taken effect.
    Unavailable,
    /// No credentials, or credentials that AWS does not accept.
    Credentials,
    /// Credentials that may not do this.
    AccessDenied,
    /// Something named in the request does not exist.
    NotFound,
    /// The request can never pass as it is.
    Refused,
    /// The lease was not valid any more; nothing was sent.
    Fenced,
    /// An answer that is not understood.
    Unknown,
}

impl ErrorClass {
    /// Every class.
    pub const ALL: [Self; 8] = [
        Self::Throttled,
        Self::Unavailable,
        Self::Credentials,
        Self::AccessDenied,
        Self::NotFound,
        Self::Refused,
        Self::Fenced,
        Self::Unknown,
    ];

    /// Its name, as in labels and reasons.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Throttled => "Throttled",
            Self::Unavailable => "Unavailable",
            Self::Credentials => "Credentials",
            Self::AccessDenied => "AccessDenied",
            Self::NotFound => "NotFound",
            Self::Refused => "Refused",
            Self::Fenced => "Fenced",
            Self::Unknown => "Unknown",
        }
    }

    /// Whether the same call is likely to pass soon, without anybody's help.
    #[must_use]
    pub fn is_transient(self) -> bool {
        matches!(self, Self::Throttled | Self::Unavailable)
    }
}
