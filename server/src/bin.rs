//! The bin: what has lain in it for long enough goes for good.

use std::{sync::Arc, time::Duration};

use model::teams::BIN_DAYS;
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

use crate::{
    access::{Access, Change},
    limits::{BIN_BATCH, BIN_ROUND},
    store::{Shelf, StoreError},
};

/// How long a board can be had back.
const LASTS: Duration = Duration::from_secs(BIN_DAYS as u64 * 24 * 60 * 60);

/// Looks into the bin now and from time to time, until the server stops.
pub async fn keep_emptying(shelf: Arc<dyn Shelf>, access: Access, stop: CancellationToken) {
    let mut rounds = interval(BIN_ROUND);
    rounds.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            _ = rounds.tick() => {}
        }
        if let Err(error) = empty(&*shelf, &access, LASTS).await {
            tracing::warn!(%error, "the bin was not emptied");
        }
    }
}

/// Takes away for good what has been in the bin for so long, and tells whoever may still have it open. Says how many
/// boards went.
///
/// # Errors
/// [`StoreError::Unavailable`]; what is left goes the next time.
pub async fn empty(shelf: &dyn Shelf, access: &Access, lasts: Duration) -> Result<usize, StoreError> {
    let mut all = 0;
    loop {
        let gone = shelf.empty_bin(lasts.as_millis() as u64).await?;
        all += gone.len();
        for board in &gone {
            tracing::info!(%board, "a board left the bin for good");
            access.changed(Change::Gone(*board));
        }
        if gone.len() < BIN_BATCH as usize {
            return Ok(all);
        }
    }
}
