//! Whose credentials these are: STS.

use aws_config::SdkConfig;
use aws_sdk_sts::{Client, config};
use futures::{FutureExt, future::BoxFuture};
use tokio::{sync::Mutex, time::Instant};

use crate::{AwsError, ErrorClass, Identity, Metrics, Operation, call::call, clouds::Clients, limits};

/// STS, with the last answer kept.
pub(crate) struct IdentityAdapter {
    client: Client,
    metrics: Metrics,
    known: Mutex<Option<(Instant, String)>>,
}

impl IdentityAdapter {
    pub(crate) fn new(config: &SdkConfig, clients: &Clients) -> Self {
        let config = config::Builder::from(config)
            .retry_config(clients.reads())
            .timeout_config(clients.timeouts())
            .build();
        Self { client: Client::from_conf(config), metrics: clients.metrics.clone(), known: Mutex::default() }
    }

    async fn ask(&self) -> Result<String, AwsError> {
        let operation = Operation::GetCallerIdentity;
        let answer = call(&self.metrics, operation, self.client.get_caller_identity().send()).await?;
        answer.account.ok_or_else(|| AwsError::new(operation, ErrorClass::Unknown, "the answer names no account"))
    }
}

impl Identity for IdentityAdapter {
    fn account(&self) -> BoxFuture<'_, Result<String, AwsError>> {
        async {
            // Held while STS is asked, so that callers at the same time share one call.
            let mut known = self.known.lock().await;
            if let Some((since, account)) = known.as_ref()
                && since.elapsed() < limits::ACCOUNT_LIFETIME
            {
                return Ok(account.clone());
            }
            let account = self.ask().await?;
            *known = Some((Instant::now(), account.clone()));
            Ok(account)
        }
        .boxed()
    }
}
