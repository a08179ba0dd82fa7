//! What is told and is no failure.

use super::signal::{Row, Signal};

pub(super) const FORMS: &[Row] = &[
    (
        Signal::Notice,
        &[
            r"(has )?reached (a |its )?steady state|is (in a )?steady state|deployment .{0,80}(completed|succeeded|in progress|created|started|initiated)\b|(service|task set|taskset) .{0,40}(is )?(stable|active|primary)\.?$|rollout (is )?(completed|in progress)",
            r"(has )?(begun|started|finished) draining|draining connections|is draining|connection draining|deregistration (is )?in progress|target\.deregistrationinprogress",
            r"(has )?(started|stopped|launched|replaced|stopping|starting) \d+ (new |running |pending |additional )?tasks?|(has )?(registered|deregistered) (\d+ )?(targets?|instances?)|(added|removed) \d+ (targets?|tasks?)|steady_state\b|service_deployment_(in_progress|completed)|service_desired_count_updated|tasks_stopped\b|az rebalancing|availability zone rebalancing|set (the )?desired count|desired count .{0,40}(to \d|updated|changed|set)",
            r"(elb\.)?(registrationinprogress|initialhealthchecking)|(target )?registration (is )?in progress|initial health checks? (is |are )?in progress|health ?checks? (are |is )?(disabled|in progress|pending|not enabled)|healthcheckdisabled",
            r"scaling activity initiated|initiated by (a )?(deployment|scaling|user|auto)|stopped by (user|the user|an operator|a user|\w+ user)|userinitiated|user initiated|manually stopped|service .{0,20}scal(ed|ing) (in|down|out|up)|stopped .{0,30}(scale|scaling)[ -](in|down)",
            r"(returned|transitioned|went|back|changed|alarm) .{0,20}(to|->|is|in|=>) (the )?ok( state)?\b|alarm -> ok|state ok\b|cleared|recovered",
            r"(target|targets|container|instance|task) .{0,80}(is|are|became|now) (now )?healthy|no (failures|errors|issues)|(has|have|was|is|were|hook|check|test|validation|verification) (been )?(succeeded|passed)\b|successfully|^(initial|draining|healthy)$",
        ],
    ),
    (
        Signal::RollbackBegins,
        &[
            r"roll(ing|s|ed)? ?-?back (\w+ )?(to|of|the|deployment|is|has|was|will|triggered|initiated|started|began|begin)|rollback .{0,40}(triggered|initiated|started|in progress|begun|began|succeeded|completed|complete\b)|(triggered|initiated|starting|started|beginning|began) .{0,30}roll ?-?back|to roll back deployment|reverting to|rerouting traffic (back )?to|_rollback_in_progress",
        ],
    ),
    (
        Signal::SaysFailed,
        &[
            r"\bfail(ed|ure|ures|s|ing)?\b|unable|could ?n[o']t|couldn't|cannot|can't|\berrors?\b|denied|refused|timed out|timeout|exceeded|not found|unsuccessful|rejected|invalid|not authori|exception\b|misconfigured|was not|\bnever\b|did not|didn't|not (yet )?(succe|pass|compl)|unhealthy (in|due)|(is|are) unhealthy",
        ],
    ),
];
