//! Why a request cannot be carried out, where no code says so.

use super::signal::{Row, Signal};

pub(super) const FORMS: &[Row] = &[
    (
        Signal::Missing,
        &[
            r"(not|n't|never|cannot be|could not be) (be )?(found|exist|available|registered|known|located)|no such|missing|unknown|does not exist|inactive|was deleted|has been deleted|nonexist|is gone",
        ],
    ),
    (
        Signal::Quota,
        &[
            r"(limit|quota|maximum|max(imum)? (number|allowed)).{0,60}(reach|exceed|allowed|\bof\b|is \d)|(exceed|reach)(s|ed|es)? .{0,40}(limit|quota|maximum)|too many|at most \d|no more than",
        ],
    ),
    (
        Signal::InTheWay,
        &[
            r"already|in use|in progress|conflict|active deployment|not idempotent|concurrent|associated with|currently (being|in)|cannot be (deleted|updated|modified)|locked|being (deleted|updated|created)|duplicate",
        ],
    ),
    (
        Signal::Malformed,
        &[
            r"invalid|malformed|must (be|not|have|specify|contain|match)|required|unsupported|not supported|not (a )?valid|cannot (be|use|specify)|expected|unexpected|parse|incompatible|mismatch|unrecognized|not allowed|well-formed|schema",
        ],
    ),
    (
        Signal::OfAnApi,
        &[
            r"when calling the \w+|operation error|status ?code: ?\d+, request ?id|\(service: ?\w+|api error|dispatch ?failure|error during dispatch|amazonaws\.com|botocore|boto3|awserr|aws-?sdk|software\.amazon|com\.amazonaws|service error|request ?id|\w+\.amazonaws|resource handler returned",
        ],
    ),
    (
        Signal::OfTheAgent,
        &[
            r"(cannot|dockertimeout|dockerstate|containerruntime|resourceinit|outofmemory)\w*error|error response from daemon|api error \(\d|(pull|fetch)ing? |registry|manifest|fetching secret|download|task (is|was|failed|can)",
        ],
    ),
];
