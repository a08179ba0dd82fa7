//! What the program answers: `/metrics`, `/healthz`, `/readyz`.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use hyper::StatusCode;
use prometheus_client::encoding::text::encode;
use prometheus_client::registry::Registry;

use super::http::{not_found, serve};
use crate::cli::RunSettings;
use crate::error::Error;

/// Opens the metrics endpoint and the health endpoints. `/readyz` says yes once `ready` is true.
pub async fn serve_endpoints(
    settings: &RunSettings,
    registry: Arc<Registry>,
    ready: Arc<AtomicBool>,
) -> Result<(), Error> {
    let metrics = Arc::new(move |path: &str| match path {
        "/metrics" => {
            let mut text = String::new();
            match encode(&mut text, &registry) {
                Ok(()) => (StatusCode::OK, text),
                Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()),
            }
        }
        other => not_found(other),
    });
    let health = Arc::new(move |path: &str| match path {
        "/healthz" => (StatusCode::OK, "ok\n".to_owned()),
        "/readyz" if ready.load(Ordering::Relaxed) => (StatusCode::OK, "ok\n".to_owned()),
        "/readyz" => (StatusCode::SERVICE_UNAVAILABLE, "the first lists of objects are not here yet\n".to_owned()),
        other => not_found(other),
    });
    serve(settings.metrics_bind_address, metrics).await?;
    serve(settings.health_probe_bind_address, health).await
}
