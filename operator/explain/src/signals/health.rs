//! Judgements of what runs: health checks, alarms, hooks, probes, the wait for stability.

use super::signal::{Row, Signal};

pub(super) const FORMS: &[Row] = &[
    (
        Signal::HealthCheckFailed,
        &[
            r"health ?-?checks?.{0,80}(fail|timed out|time ?out|unhealthy|mismatch|not pass|did not|unsuccessful|error|bad|refused|returned|codes)",
            r"(fail(ed|ing|ure|s)?|not pass(ed)?|unsuccessful|did not pass|didn't pass) .{0,60}health ?-?check",
            r"(is|are|was|were|became|become|becoming|marked|turned|be|as|status|still|found|reported|went|:) (\w+ )?(as )?unhealthy",
            r"unhealthy (in|target|threshold|state|status|task|container|instance|host)|unhealthythreshold",
            r"(not|never|isn't|aren't|wasn't) (become |became |yet |getting |get |got |in a |report(ed)? |been |(marked|turned|pass(ed)?) )?(\w+ )?health(y|ier)",
            r"target\.(timeout|failedhealthchecks|responsecodemismatch|notregistered|notinuse|invalidstate|ipunusable)|responsecodemismatch|failedhealthchecks",
            r"service_discovery_instance_unhealthy|(liveness|readiness|startup|health) probe",
            r"(no|0|zero) (of \d+ )?(targets?|hosts?|instances?) (is|are|were|was|became)? ?healthy|healthy (hosts?|targets?|count).{0,30}(below|0|less|dropped)",
            r"heartbeat .{0,20}(failed|missed)",
        ],
    ),
    (
        Signal::ContainerCheckFailed,
        &[
            r"fail(ed|ing|s)? (its |the )?container health ?-?checks?|container health ?-?checks? .{0,30}(fail|timed|unhealthy|did not|not pass)",
        ],
    ),
    (
        Signal::BalancerFault,
        &[
            r"elb\.internalerror|(load balancer|target group|elb).{0,60}internal error|internal error.{0,30}(load balancer|elb)",
        ],
    ),
    (
        Signal::AlarmActive,
        &[
            r"alarms? .{0,120}(activated|triggered|active\b|breached|in alarm|went off|fired|firing|detected|entered|transition|went into|is alarm|state is|raised|tripped|in state alarm)",
            r"(activated|active|triggered|breached|firing|detected|in) (cloudwatch |the )?alarms?\b|alarm_active|alarm detected|threshold crossed",
            r"(ok|insufficient_data|insufficient data) (->|to|=>) alarm",
            r"\b(alert|metric|error rate|latency|5xx|p9\d)\b.{0,60}(threshold|above|breach|over the|exceed(s|ed|ing)? (the |its )?(limit|\d))",
        ],
    ),
    (
        Signal::VerdictFailed,
        &[
            r"hook.{0,120}(fail|rejected|did not|error|unsuccessful|timed out|returned)",
            r"(fail(ed|ure)?|rejected|unsuccessful).{0,60}(hook|validation|verification|smoke|acceptance|integration|canary|analysis|synthetic|test|check|assert)",
            r"(validation|verification|smoke|acceptance|integration|canary|analysis|synthetics?|tests?|assertions?|checks?|expected).{0,60}(fail|did not pass|unsuccessful|rejected|mismatch|but (got|was|received)|not (ok|met|pass))",
            r"lifecycle ?(event|hook|-event).{0,80}(fail|timed|error|unsuccess|status)|hookstatus|hook_execution_failure|aborted by (the )?hook",
            r"task timed out after|runtime exited|functionerror|unhandled|runtime\.(\w+error|importmodule|handlernotfound|exiterror)|errormessage|\bunable to import module",
            r"status callback|callback|verdict|assertionerror|assertion failed|expected .{1,60} (got|but|received|to (be|equal|contain))",
        ],
    ),
    (
        Signal::WaitedInVain,
        &[
            r"waiter|max attempts exceeded|exceeded max wait|max wait time|resourcenotready: exceeded|matched expected path|exceeded wait attempts",
            r"(timed? ?out|timeout|gave up|exceeded|too long).{0,60}\b(wait(ing|ed)?|reach(ing)?|to (reach|become|be))\b.{0,80}(stable|steady|stabili[sz]|healthy|complete|finish|ready|become|running|rollout|deploy|service|desired|succeed)",
            r"(failed|failure|error|unable).{0,60}\b(wait(ing|ed)?|reach(ing)?|to (reach|become|be))\b.{0,80}(stable|steady|stabili[sz]|healthy|ready|desired)",
            r"(not|n't|never) (\w+ )?(stable|stabili[sz]e[d]?|reach(ed)? (a |the )?(steady|stable|healthy|desired)|in a steady|settle|become (stable|steady|ready|healthy))",
            r"(stable|steady|stabili[sz]|rollout|roll out|deployment|verification|release).{0,60}(timed out|time[- ]?out|deadline|too long|did not (complete|finish)|not complete|within the (allowed|configured))",
            r"(deployment|verification|release|rollout|progress) (deadline|time-?out)|progressdeadlineexceeded",
            r"last state: 'tfpending'|become 'tfstable'|'(ecs)?services_?stable'|notstabilized|servicesstable|did not stabilize|\x22state\x22:\x22timeout\x22|hasn't reached|unable to reach steady state|was unable to (reach|stabilize)",
        ],
    ),
    (
        Signal::ProbeAnswer,
        &[
            r"http(/[0-9.]+)? ?(status )?(code )?:?=? ?[345]\d\d\b|(returned|requested url returned) error:? ?[45]\d\d|(status|response)( code)?:? ?[345]\d\d|\b(40\d|50\d) (not|internal|bad|service|gateway|forbidden|unauthori)|(got|received|returned|responded with|expected) (http )?(status )?(code )?[1-5]\d\d",
        ],
    ),
    (
        Signal::WaitForPerson,
        &[
            r"waiting for (a |the )?(notification|signal|approval|continu|manual|confirmation|user|operator|reroute|traffic reroute)|wait(ing)? .{0,20}to continue|notification to continue|not approved|approval .{0,30}(timed|expired|rejected)",
        ],
    ),
];
