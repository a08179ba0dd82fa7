//! Codes that say by their beginning or ending what they are: AWS adds some each week.

use super::class::CodeClass;

/// How a code is recognised.
pub(super) enum Part {
    Begins(&'static str),
    Has(&'static str),
    Ends(&'static str),
}

/// The first that fits. Throttling before quotas: `TooManyRequestsException` is the one, `TooManyRules` the other.
pub(super) const FAMILIES: &[(CodeClass, &[Part])] = &[
    (CodeClass::Throttled, &[Part::Has("Throttl"), Part::Has("TooManyRequests"), Part::Has("RequestLimitExceeded")]),
    (CodeClass::AccessDenied, &[Part::Has("AccessDenied"), Part::Has("NotAuthorized"), Part::Begins("Unauthorized")]),
    (
        CodeClass::Credentials,
        &[Part::Begins("ExpiredToken"), Part::Has("Credentials"), Part::Has("SignatureDoesNotMatch")],
    ),
    (
        CodeClass::Limit,
        &[
            Part::Begins("TooMany"),
            Part::Has("LimitExceeded"),
            Part::Has("QuotaExceeded"),
            Part::Has("LimitReached"),
            Part::Has("SizeExceeded"),
            Part::Has("CountExceeded"),
            Part::Has("StorageExceeded"),
            Part::Ends("TooLong"),
            Part::Has("TooLarge"),
            Part::Has("LengthExceeded"),
        ],
    ),
    (
        CodeClass::NotFound,
        &[
            Part::Has("NotFound"),
            Part::Has("DoesNotExist"),
            Part::Has("NotExist"),
            Part::Begins("NoSuch"),
            Part::Has("NotRegistered"),
        ],
    ),
    (
        CodeClass::Unavailable,
        &[
            Part::Begins("InternalServer"),
            Part::Begins("InternalService"),
            Part::Begins("InternalFailure"),
            Part::Begins("InternalError"),
            Part::Begins("InternalException"),
            Part::Begins("ServiceUnavailable"),
            Part::Begins("ServerError"),
        ],
    ),
    (
        CodeClass::Conflict,
        &[
            Part::Has("InUse"),
            Part::Begins("Duplicate"),
            Part::Has("Conflict"),
            Part::Begins("Concurrent"),
            Part::Has("Already"),
            Part::Has("ResourceExists"),
            Part::Has("Contains"),
            Part::Has("NotActive"),
            Part::Has("NotEmpty"),
            Part::Has("InProgress"),
        ],
    ),
    (
        CodeClass::Invalid,
        &[
            Part::Has("Invalid"),
            Part::Has("Disabled"),
            Part::Has("Precondition"),
            Part::Begins("Incorrect"),
            Part::Has("Policy"),
            Part::Has("Outdated"),
            Part::Begins("Stale"),
            Part::Has("NotLatest"),
            Part::Has("NotAvailable"),
            Part::Has("NotEnabled"),
            Part::Begins("UnableTo"),
            Part::Begins("Empty"),
            Part::Begins("Malformed"),
            Part::Begins("Missing"),
            Part::Begins("Unsupported"),
            Part::Begins("KMS"),
            Part::Has("RequiredException"),
            Part::Has("NotSupported"),
            Part::Has("Mismatch"),
            Part::Has("Validation"),
        ],
    ),
];

/// What a code says by its form alone.
pub(super) fn by_family(code: &str) -> Option<CodeClass> {
    let fits = |part: &Part| match part {
        Part::Begins(words) => code.starts_with(words),
        Part::Has(words) => code.contains(words),
        Part::Ends(words) => code.ends_with(words) || code.ends_with(&format!("{words}Exception")),
    };
    FAMILIES.iter().find(|(_, parts)| parts.iter().any(fits)).map(|(class, _)| *class)
}
