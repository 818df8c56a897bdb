use std::future::poll_fn;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::Arc;

use futures_core::Stream;
use futures_util::future::FutureExt;
use tokio_util::sync::CancellationToken;

use super::session::Session;
use crate::contract::Upload;
use crate::protocol::Outcome;

/// Sends the items of an upload stream and its end. It ends early with its call.
pub(super) async fn upload(
    session: Arc<Session>,
    id: u64,
    items: Upload,
    over: Option<CancellationToken>,
) {
    let id = id.to_string();
    // A stream that panicked is not used again.
    let sending = AssertUnwindSafe(send_items(&session, &id, items)).catch_unwind();
    let sent = match over {
        Some(over) => over.run_until_cancelled(sending).await,
        None => Some(sending.await),
    };
    let error = match sent {
        Some(Ok(Ok(()))) => None,
        Some(Ok(Err(text))) => Some(format!("Stream errored by client: '{text}'")),
        Some(Err(_)) => Some("Stream errored by client: 'the stream panicked'".to_owned()),
        None => Some("Stream canceled by client.".to_owned()),
    };
    let end = error.as_deref().map_or(Outcome::Void, Outcome::Error);
    // A text can always be written.
    if let Ok(pushing) = session.complete(&id, end) {
        pushing.finish().await;
    }
}

async fn send_items(session: &Session, id: &str, mut items: Upload) -> Result<(), String> {
    while let Some(item) = poll_fn(|cx| Pin::new(&mut items).poll_next(cx)).await {
        let pushing = {
            let item = item?;
            session.item(id, &*item)?
        };
        pushing.finish().await;
    }
    Ok(())
}
