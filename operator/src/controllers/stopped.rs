//! What lets a controller end.

use tokio::sync::watch;

/// Ends once the program is asked to stop: no reconcile begins any more, those in progress finish.
pub async fn stopped(mut stop: watch::Receiver<bool>) {
    // The sender lives as long as the program; were it gone, the program would be ending too.
    let _ = stop.wait_for(|stopped| *stopped).await;
}
