//! What keeps a container from being made or started, or ends it. ECS developer guide, "Stopped tasks error messages".

use super::signal::{Row, Signal};

pub(super) const FORMS: &[Row] = &[
    (
        Signal::NotPulled,
        &[
            r"cannotpull\w*|pull(ing)? (access|command|image|manifest)|(can't|cannot|could not|couldn't|unable to|failed to|failure to|error|not able to) (pull(ing)?|inspect|download|unpack|extract|find) .{0,60}(image|manifest|layer|container)",
            r"imagepull|errimagepull|image .{0,80}(not found|does not exist|doesn't exist|not (be )?pull|invalid|no match)|(no such|invalid|missing|unable to find) image|no matching manifest|manifest (for .{1,120} )?(unknown|not found|invalid)",
            r"(tag|digest|manifest|layer) .{0,120}(not found|does not exist|doesn't exist|unknown|no longer)|name unknown|failed to resolve ref|failed to register layer|filesystem layer verification|image index",
        ],
    ),
    (
        Signal::BadImageReference,
        &[
            r"(invalid|normalize|parse|malformed) (image )?(reference|repository name|tag)|invalid reference format|image reference|repository name must be|image (name|uri) .{0,20}(invalid|malformed)|image manifest .{0,60}platform|does not (contain|have).{0,40}platform|image .{0,40}platform.{0,40}(not match|mismatch)|no match for platform",
        ],
    ),
    (
        Signal::ImageDeniedOrMissing,
        &[r"(does not exist|not found) or may require|pull access denied for .{1,200}repository does not exist"],
    ),
    (
        Signal::StartsFail,
        &[
            r"service_task_start_impaired|circuit[ -]?breaker|tasks? (have |has )?(repeatedly )?failed to start|consistently start",
        ],
    ),
    (
        Signal::StartTooSlow,
        &[
            r"dockertimeouterror|containerruntimetimeouterror|could not transition to|timed out .{0,40}(to start|starting|creating|stopping) (the )?container",
        ],
    ),
    (
        Signal::NotPrepared,
        &[
            r"resourceinitialization\w*|resourcenotinitialized|fetching secret|(retrieve|fetch|pull|get|inject|decrypt|parse|resolve).{0,20}secrets?\b|secrets? .{0,60}(from (asm|ssm|secrets manager)|not found|json key|marked for deletion|can't find|does not exist|malformed)",
            r"(env|environment) ?files?|(ssm|asm|parameter store|secrets manager).{0,60}(invalid|not found|missing)|invalid (ssm|parameters)|invalidparameters",
            r"log(ging)? ?(driver|group|stream|router|configuration)|firelens|awslogs|(validate|initiali[sz]e) .{0,20}logger|fluent",
            r"(efs|ebs|volume|mount|bind|fsx|nfs).{0,80}(fail|error|denied|unable|not found|invalid|no such|unsuccessful|timed)|(failed|unable|error|could not|cannot|failure).{0,30}(mount|attach|volume|efs|ebs)",
            r"cannotcreatevolume\w*|internalerror|task (preparation|provisioning|resource) .{0,30}fail|failed to (initiali[sz]e|prepare|provision|create|set ?up) .{0,30}(task|container|resource|network|namespace|cni|eni|cgroup)",
        ],
    ),
    (
        Signal::NotStarted,
        &[
            r"cannot(start|create|inspect|stop)\w*|dockertimeouterror|dockerstateerror|containerruntime(timeout)?error|cannotgetdocker\w*|inactiveinstanceerror|taskfailedtostart",
            r"oci runtime|runc|create failed|containerd|shim task|container init|starting container process|standard_init_linux|exec user process|unable to start container|error response from daemon: (failed|driver|conflict|invalid|mkdir|no command|cannot|unknown|oci|linux)",
            r"exec:? [\x22']?[^ ]{0,120}[\x22']?:? ?(:|stat|no such|exec format|executable|permission)|exec format error|executable file not found|no such file or directory|command not found|no command specified|entrypoint|not found in \$path",
            r"(tasks?|containers?) (has |have |repeatedly |consistently )?(failed|failing|fails|unable|could not|did not|cannot|didn't) .{0,20}(to )?(be )?(start|launch|run|create|boot|come up)|(failed|unable|cannot|could not|error|failure).{0,20} to (consistently )?(start|launch|create|run) .{0,30}(task|container|process)|(start|launch)(ing)? (the |a )?(task|container).{0,30}(fail|error)",
            r"consistently (start|launch|run)|failed to start|port .{0,30}(already (in use|allocated)|is already)|address already in use|eaddrinuse|dependenc(y|ies) .{0,60}(did not|failed|not)|depends on|dependson",
            r"(crashloop|crash loop|crash(ed|ing)?|back-?off restarting)",
        ],
    ),
    (Signal::ProcessEnded, &[r"essential container"]),
    (
        Signal::Exited,
        &[
            r"essential container|(exit|exited|return|exitcode|exit_code|terminated|quit|ended|died|stopped|killed).{0,20}(code|status|with|by|signal|early|unexpectedly|on start)|exit(ed)? ?(code)?:? ?\(?-?\d+|(container|task|process|application|app|service|server|program) .{0,30}(exited|crashed|quit|died|terminated|aborted|stopped unexpectedly|killed)",
            r"sig(kill|term|segv|abrt|ill|bus|fpe|int)\b|segmentation fault|core dumped|stack ?overflow|killed process|\bsegfault|panic:|panicked at|traceback|uncaught|unhandled ?(promise|exception|rejection)|exception in thread|fatal error:|caused by:|goroutine \d|npm err! (code )?(elifecycle|errno)|errno \d+",
            r"(module|class|package|import|syntax|type|reference|key|value|name|attribute|runtime|assertion|zerodivision|io|os|system|connectionrefused|application)(not ?found)?error\b|(cannot|could not|can't) find (the )?(module|class|main|package|file)|classnotfound|noclassdef|unsupportedclassversion|nullpointer",
        ],
    ),
    (
        Signal::OutOfMemory,
        &[
            r"out ?-?_?of ?-?_?memory|oom(kill|-kill|_kill)?(ed|er)?\b|memory (limit|usage|cgroup).{0,40}(exceed|reached|kill)|exit(ed)?( with)?( code| status)?:? ?\(?137\b|heap (out of memory|limit|space)|cannot allocate memory|enomem|memory exhausted",
        ],
    ),
    (
        Signal::DiskFull,
        &[
            r"no space left|enospc|disk (is )?(full|quota)|not enough (disk )?space|insufficient disk|out of disk|disk space",
        ],
    ),
];
