//! The way back.

use super::signal::{Row, Signal};

pub(super) const FORMS: &[Row] = &[(
    Signal::NothingToReturnTo,
    &[
        r"\b(no|without|missing|lacks?|none|not any|never|zero|cannot find|could not find|unable to find|not found|couldn't find|can't find) .{0,40}(previous|prior|earlier|last|successful|stable|known[- ]good|completed|old|original|candidate|rollback (target|candidate)|primary|former|healthy|good|baseline).{0,60}",
        r"\b(previous|prior|earlier|last|known[- ]good|rollback (target|candidate|revision)|last successful|stable) .{0,60}(not found|does not exist|doesn't exist|not exist|unavailable|not available|missing|was deleted|is gone|no longer|not be found|is none|is empty|could not be found)",
        r"nothing to (roll ?back|return|revert|restore|go back)|\bno (rollback|roll back|candidate|history|deployment history)|first (deployment|release|revision)|\bno .{0,30}to (roll ?back|revert|return|restore) to|(empty|no) deployment history|rollback .{0,30}(target|candidate).{0,20}(not|none|no\b|missing)",
    ],
)];
