//! How the program is asked to end.

use std::future::Future;

use tokio::sync::watch;

/// True once the program is asked to end.
pub fn shutdown_signal() -> watch::Receiver<bool> {
    let (sender, receiver) = watch::channel(false);
    tokio::spawn(async move {
        wait_for_signal().await;
        tracing::info!("asked to end: finishing what is in progress");
        // No receiver is left only when the program has ended already.
        let _ = sender.send(true);
        std::future::pending::<()>().await;
    });
    receiver
}

/// The future's result; none when the program is asked to end first.
pub async fn until_shutdown<T>(future: impl Future<Output = T>, mut stop: watch::Receiver<bool>) -> Option<T> {
    tokio::select! {
        value = future => Some(value),
        _ = stop.wait_for(|stopped| *stopped) => None,
    }
}

async fn wait_for_signal() {
    let interrupt = tokio::signal::ctrl_c();
    match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
        Ok(mut terminate) => {
            tokio::select! {
                _ = interrupt => {}
                _ = terminate.recv() => {}
            }
        }
        Err(_) => drop(interrupt.await),
    }
}
