//! When to stop, and that it does not take forever.

use std::{future::Future, io};

use tokio_util::sync::CancellationToken;

/// A token that is cancelled at the first Ctrl-C or SIGTERM. The second one ends the process at once: everything
/// acknowledged is on the disk anyway.
///
/// # Errors
/// The system lets this process listen to no signals.
pub fn on_signal() -> io::Result<CancellationToken> {
    let stop = CancellationToken::new();
    let told = stop.clone();
    let signals = Signals::new()?;
    tokio::spawn(async move {
        let mut signals = signals;
        let signal = signals.next().await;
        tracing::info!(signal, "stopping: what is under way is stored first");
        told.cancel();
        signals.next().await;
        tracing::warn!("stopped at once by a second signal");
        std::process::exit(1);
    });
    Ok(stop)
}

/// `work`, or `None` if it is not done within the grace of a stop.
pub async fn within_grace<T>(what: &'static str, work: impl Future<Output = T>) -> Option<T> {
    let done = tokio::time::timeout(crate::limits::STOP_GRACE, work).await.ok();
    if done.is_none() {
        tracing::warn!(what, "did not end in time and is cut off");
    }
    done
}

#[cfg(unix)]
struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn new() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
        })
    }

    async fn next(&mut self) -> &'static str {
        tokio::select! {
            _ = self.interrupt.recv() => "SIGINT",
            _ = self.terminate.recv() => "SIGTERM",
        }
    }
}

#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    fn new() -> io::Result<Self> {
        Ok(Self)
    }

    async fn next(&mut self) -> &'static str {
        // Without a console there is nothing to wait for.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
        "Ctrl-C"
    }
}
