//! HTTP probes of groups. They run beside the reconciles, as hooks do: no reconcile ever waits for an answer.

mod ask;
mod call;
mod registry;

pub use ask::HttpAsk;
pub use call::ProbeCall;
pub use registry::Probes;
