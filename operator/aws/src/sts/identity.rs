//! The port [`Identity`] on the SDK: whose credentials these are.

use aws_config::SdkConfig;
use aws_sdk_sts::{Client, config};
use futures::{FutureExt, future::BoxFuture};
use tokio::{sync::Mutex, time::Instant};

use crate::{
    client::{Clients, call, limits},
    error::{AwsError, ErrorClass},
    metrics::Metrics,
    operations::Operation,
    ports::Identity,
};

/// STS, with the last answer kept.
pub(crate) struct IdentityAdapter {
    client: Client,
    metrics: Metrics,
    known: Mutex<Option<(Instant, String)>>,
}

impl IdentityAdapter {
    pub(crate) fn new(config: &SdkConfig, clients: &Clients) -> Self {
        let config =
            config::Builder::from(config).retry_config(clients.reads()).timeout_config(clients.timeouts()).build();
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

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::advance;

    use crate::testing::{Aws, xml, xml_error};

    #[tokio::test(start_paused = true)]
    async fn the_account_is_asked_for_once_in_five_minutes() {
        let aws = Aws::always(200, xml("GetCallerIdentity", "<Account>123456789012</Account>"));
        let identity = aws.region().identity;
        let (one, other) = futures::join!(identity.account(), identity.account());
        assert_eq!((one.as_deref(), other.as_deref()), (Ok("123456789012"), Ok("123456789012")));
        assert_eq!(aws.seen().len(), 1);
        advance(Duration::from_mins(5)).await;
        identity.account().await.unwrap();
        assert_eq!(aws.seen().len(), 2);
    }

    #[tokio::test(start_paused = true)]
    async fn an_error_is_not_kept() {
        let aws = Aws::always(403, xml_error("ExpiredToken", "The security token included in the request is expired"));
        let identity = aws.region().identity;
        assert!(identity.account().await.is_err());
        assert!(identity.account().await.is_err());
        assert_eq!(aws.seen().len(), 2);
    }
}
