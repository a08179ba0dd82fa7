//! What each verb changes: functions of what the API server holds to a [`Change`], or to why nothing is done. They write
//! nothing, and know no clock and no client.
//!
//! | question | where |
//! |---|---|
//! | What is a change? | `change` |
//! | What does a verb see? | `view` |
//! | What lets a release go on? | `approve`, `skip`, `promote` |
//! | What holds or ends it? | `control` |
//! | What is released, or gone back to? | `deploy`, `once`, `rollback`, `retry` |

mod approve;
mod change;
mod control;
mod deploy;
mod once;
mod promote;
mod retry;
mod rollback;
mod skip;
mod view;

pub use approve::{approve, pending_approvals};
pub use change::{Act, Change, merge};
pub use control::{archive, pause, resume, resume_application, resume_group, stop, suspend_application, suspend_group};
pub use deploy::{Asked, deploy, pin, unpin};
pub use once::{Otherwise, once};
pub use promote::{Promote, promote};
pub use retry::retry;
pub use rollback::{Back, rollback};
pub use skip::skip;
pub use view::DeploymentView;
