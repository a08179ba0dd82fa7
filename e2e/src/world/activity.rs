//! What the operator does: what AWS has come to by it, its writes, its looks, its reconciles.

use serde_json::Value;

use crate::error::Result;
use crate::poll;
use crate::world::must::must;
use crate::world::setup::World;

impl World {
    /// Waits until this holds of AWS.
    #[track_caller]
    pub fn wait_aws<T>(&self, what: &str, look: impl Fn(&Value) -> Option<T>) -> T {
        must(poll::until(what, || Ok(look(&self.aws.state()?))))
    }

    /// Names of the writes to AWS so far, the operator's own, refused ones included.
    #[track_caller]
    pub fn writes(&self) -> Vec<String> {
        let writes = must(self.aws.writes());
        writes.iter().map(|entry| entry["operation"].as_str().unwrap_or_default().to_owned()).collect()
    }

    /// How often the operator has looked at the service.
    fn looks(&self) -> Result<u64> {
        self.aws.count("DescribeServices")
    }

    /// Waits until the operator has reconciled objects of a kind that many times more, whether or not it called AWS.
    #[track_caller]
    pub fn wait_reconciles(&self, kind: &str, count: u64) {
        let before = must(self.reconciles(kind));
        let what = format!("{count} more reconciles of kind {kind}");
        must(poll::until(&what, || Ok((self.reconciles(kind)? >= before + count).then_some(()))));
    }

    /// How often the operator has reconciled objects of a kind.
    pub fn reconciles(&self, kind: &str) -> Result<u64> {
        let label = format!("kind=\"{kind}\"");
        let page = self.operator.metrics()?;
        let lines = page.lines().filter(|line| line.starts_with("sluice_reconciles_total") && line.contains(&label));
        Ok(lines.filter_map(|line| line.rsplit(' ').next()?.parse::<u64>().ok()).sum())
    }

    /// Waits until the operator has looked at AWS that many times more.
    #[track_caller]
    pub fn wait_looks(&self, count: u64) {
        let before = must(self.looks());
        let what = format!("{count} more looks at AWS");
        must(poll::until(&what, || Ok((self.looks()? >= before + count).then_some(()))));
    }
}
