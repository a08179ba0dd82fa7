//! The other side is not well, or is asked too often.

use super::signal::{Row, Signal};

pub(super) const FORMS: &[Row] = &[
    (
        Signal::Throttled,
        &[
            r"rate ?(limit)? ?(was |has been |is )?exceed(ed|s)",
            r"(api|request|pull|secondary) (rate )?limit",
            r"rate[ -]?limit(s|ed|ing)?\b",
            r"throttl(ed|ing|e)\b",
            r"too ?many ?requests",
            r"(status|code|http|error)[a-z_ ]{0,8}[\x22':=/\[\(. \d]{0,6} ?429\b|\b429 too",
            r"slow ?down\b|reduce (your|the) (request )?(rate|number of requests|frequency)",
            r"more requests were made than",
            r"exceeded .{0,40}(requests?|calls) per|(requests?|calls|transactions) per (second|minute|hour)",
            r"(reached|exceeded) (your |the |its )?(\w+ )?(pull|request|rate|api) (rate )?limit",
            r"abuse detection|try again more slowly|backing off",
        ],
    ),
    (
        Signal::ServerError,
        &[
            r"internal (server |service )?(error|failure|exception)",
            r"(service|server|endpoint|host|api|registry|backend) (is )?(temporarily |currently )?(unavailable|overloaded|busy)",
            r"temporarily (unavailable|unable)|temporary (failure|error|issue|outage|problem)",
            r"bad gateway|gateway time-?out|gateway error",
            r"(status|statuscode|response)( |_)?(code)?[\x22']?[ :=]{1,3}5\d\d\b",
            r"http(s|/[0-9.]+)?[ :_]?(status|error|response|code)?[ :=]{0,2}5\d\d\b",
            r"returned error: 5\d\d|\b5\d\d (internal|bad gateway|service|server|gateway|status)|(server error|response|received|got|returned|error:) \(?5\d\d\b",
            r"(please )?(try|retry) (your request |the request |this operation |again )?(again )?(later|in a (few|moment)|after)",
            r"please (try|retry)( again)?[.!]?[\x22')]*$|(retry|try) your (request|operation|build)",
            r"(problem|error|fault|issue) on (our|the server|the service|aws) (side|end)|we encountered an (internal|unexpected)|something went wrong on our",
            r"\btransient",
        ],
    ),
    (
        Signal::Busy,
        &[
            r"cannot be performed at this time|(update|operation|change|modification|deployment of (this|the) function) is (currently |still )?in progress (for|on) (the |this )?(resource|function)|currently in the following state: pending|is not ready (yet )?for",
        ],
    ),
];
