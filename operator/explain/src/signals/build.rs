//! The build of an image and the repository it is made from.

use super::signal::{Row, Signal};

pub(super) const FORMS: &[Row] = &[
    (
        Signal::BuildFailed,
        &[
            r"failed to solve|did not complete successfully|executor failed|returned a non-?zero (code|exit)|dockerfile|docker ?-?build|image build|buildkit|buildx|error building image|build (step|failed|failure|error|did not|of .{1,60} failed)|failed (to )?build|kaniko|buildpack|podman build|rpc error: code = unknown desc = failed to (solve|build)",
            r"command_execution_error|command did not|error while executing command|exit status \d+|phase_?(context|complete)|yaml_file_error|client_error|buildspec|build_container|buildcontainer|build container|batch build|build_timed_out|artifacts?\b|client-error",
            r"npm err!|npm error|yarn (run|install)|pip(3)? |gradle|maven|\bmvn\b|compilation (failed|error)|compile error|cargo |error\[e\d+\]|tsc |webpack|make: \*\*\*|go build|syntax error|test(s)? failed|lockfile|package-lock|eresolve|e404|could not find a version",
            r"(copy|add) failed|checksum|cannot find context|build context|no such file or directory|not found: not found|failed to (compute|calculate) (cache|checksum)|unable to prepare context|unknown instruction|dockerfile parse error",
        ],
    ),
    (
        Signal::BuildTimedOut,
        &[
            r"build_timed_out|build (has )?(been )?timed out|build .{0,40}(time-?out|exceeded).{0,40}(minutes|hours|limit|exceeded)",
        ],
    ),
    (Signal::DaemonMissing, &[r"docker daemon|docker\.sock|is the docker daemon running|dockerd"]),
    (
        Signal::PushRefused,
        &[
            r"push(ing)? .{0,60}(fail|denied|error|reject|refused|forbidden)|(failed|unable|error|could not|cannot) (to )?push|tag .{0,80}(already exists|immutable|cannot be overwritten)|immutable|name unknown|repository .{0,120}(does not exist|not found)|blob upload|quota .{0,30}(storage|repository)",
        ],
    ),
    (
        Signal::NoSourceFound,
        &[
            r"remote branch|pathspec|couldn't find remote ref|reference is not a tree|unknown revision|(repository|repo|branch|ref|tag|commit|revision|submodule|project) .{0,120}(not found|does not exist|doesn't exist|not exist|missing)|not a git repository|does not appear to be a git repository|no such (remote|ref|branch)|bad object|invalid (ref|refspec|branch)|not our ref|needed a single revision|already exists and is not an empty",
            r"(no|unable to|could not|cannot|failed to|couldn't) (\w+ )?(detect|determine|dockerfile|buildpack|supported (language|framework)|package\.json|recogni[sz]e|find a (start|build))|unsupported (language|framework|project|runtime)|nothing to (build|deploy)|(no|missing) (start|build) (command|script)",
        ],
    ),
];
