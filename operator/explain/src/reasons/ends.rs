//! Reasons of ends, and those that stand in Events alone.

use super::reason::{ReasonRow, row};

/// One row for each reason.
pub(super) const ENDS: &[ReasonRow] = &[
    end("Succeeded", "The release ended well"),
    end("Failed", "The release ended otherwise than well: status.failure says why, and what to do"),
    end("Stopped", "Someone asked for its end, and its traffic returned"),
    end(
        "Superseded",
        "A newer Deployment began first, or turned it round, or the group went back to what serves: create it again if it is wanted after all",
    ),
    end(
        "Rejected",
        "Another one was in progress, and its group takes no newer one meanwhile: create it again once that has ended",
    ),
    end("Running", "The last release of the group runs"),
    end("InSync", "The load balancer answers what was asked of it"),
    end("Drifted", "Traffic, or what the last release set, is not as it was left: status.drift of the group has it"),
    end("Repairing", "What someone else changed while nothing is released is being put back"),
    end("RepairsEnded", "What someone else changes was put back too often, and is told only from now on"),
    end("Restored", "What someone else changed is as it was left again"),
    end("Degraded", "A part of what serves is not well, or an alarm says so"),
    end("Recovered", "What serves is well again"),
    end("StrategyRemoved", "Traffic of the group moved in increments, and moves at once from now on"),
    row(
        "MutableTag",
        "",
        "An image without a digest is released by its tag, which may be another image by the time that a task starts",
        "Name it by its digest: image@sha256:...",
    ),
    end("NotApplicable", "The condition is not true, and says nothing else"),
];

const fn end(reason: &'static str, meaning: &'static str) -> ReasonRow {
    row(reason, "", meaning, "")
}
