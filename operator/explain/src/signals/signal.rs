//! The names of what can be said.

use crate::codes::CodeClass;

macro_rules! signals {
    ($($(#[$meta:meta])* $name:ident),+ $(,)?) => {
        /// One thing that a message says.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Signal { $($(#[$meta])* $name),+ }

        impl Signal {
            /// Every signal.
            #[cfg(test)]
            pub(crate) const ALL: &'static [Self] = &[$(Self::$name),+];
        }
    };
}

signals! {
    // What a code says.
    CodeThrottled,
    CodeUnavailable,
    CodeBusy,
    CodeCapacity,
    CodeCredentials,
    CodeDenied,
    CodeNotFound,
    CodeLimit,
    CodeConflict,
    CodeInvalid,
    // What words say.
    Notice,
    RollbackBegins,
    SaysFailed,
    NothingToReturnTo,
    NotPermitted,
    CredentialsRefused,
    RegistryRefused,
    FileNotPermitted,
    TimedOut,
    /// A time-out of the network, and not of a test or of a build.
    NetworkTimedOut,
    ParseFailed,
    NameNotResolved,
    ConnectionLost,
    NotReached,
    Tls,
    CertificateRefused,
    Throttled,
    ServerError,
    Busy,
    /// It came from, or on the way to, an API of AWS.
    OfAnApi,
    NoCapacity,
    HostLost,
    MissingAttribute,
    TasksProtected,
    HealthCheckFailed,
    ContainerCheckFailed,
    BalancerFault,
    AlarmActive,
    VerdictFailed,
    WaitedInVain,
    WaitForPerson,
    ProbeAnswer,
    /// The agent of ECS, or Docker, speaks, and not the application.
    OfTheAgent,
    NotPulled,
    BadImageReference,
    ImageDeniedOrMissing,
    NotPrepared,
    NotStarted,
    StartTooSlow,
    StartsFail,
    /// ECS says that the process ended by itself: what it says besides is the process's own affair.
    ProcessEnded,
    Exited,
    OutOfMemory,
    DiskFull,
    BuildFailed,
    BuildTimedOut,
    DaemonMissing,
    PushRefused,
    NoSourceFound,
    Missing,
    Quota,
    InTheWay,
    Malformed,
}

impl Signal {
    /// The signal that a code of this class gives.
    pub(crate) const fn of_class(class: CodeClass) -> Self {
        match class {
            CodeClass::Throttled => Self::CodeThrottled,
            CodeClass::Unavailable => Self::CodeUnavailable,
            CodeClass::Busy => Self::CodeBusy,
            CodeClass::Capacity => Self::CodeCapacity,
            CodeClass::Credentials => Self::CodeCredentials,
            CodeClass::AccessDenied => Self::CodeDenied,
            CodeClass::NotFound => Self::CodeNotFound,
            CodeClass::Limit => Self::CodeLimit,
            CodeClass::Conflict => Self::CodeConflict,
            CodeClass::Invalid => Self::CodeInvalid,
        }
    }

    /// Whether a code gives it, and no words do.
    #[cfg(test)]
    pub(crate) fn is_of_a_code(self) -> bool {
        format!("{self:?}").starts_with("Code")
    }
}

/// A signal, and the forms in which it is said: regular expressions over a message in lower case with single spaces.
pub(super) type Row = (Signal, &'static [&'static str]);

/// A set of signals.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Signals(u128);

impl Signals {
    /// The set with one more.
    pub(crate) const fn with(self, signal: Signal) -> Self {
        Self(self.0 | 1 << signal as u128)
    }

    /// Whether one of these is in it.
    pub(crate) fn has_any(self, signals: &[Signal]) -> bool {
        signals.iter().any(|signal| self.0 & 1 << *signal as u128 != 0)
    }
}
