//! Streams to the client.

use std::time::Duration;

use futures_util::{Stream, StreamExt, stream};
use signalr::{CancellationToken, HubError};
use tokio::sync::mpsc;
use tokio::time::sleep;

use super::errors::invalid_operation;

/// Counts, and lets others run after each number.
pub(super) fn counter(n: i32) -> impl Stream<Item = i32> + Send + use<> {
    stream::unfold(0, move |number| async move {
        if number > 0 {
            tokio::task::yield_now().await;
        }
        (number < n).then_some((number, number + 1))
    })
}

/// Counts with a pause after each number, until the end or until it is told to stop.
pub(super) fn delayed(
    n: i32,
    millis: i32,
    stop: CancellationToken,
) -> impl Stream<Item = i32> + Send + use<> {
    let pause = Duration::from_millis(millis.try_into().unwrap_or_default());
    stream::unfold(0, move |number| async move {
        if number > 0 {
            sleep(pause).await;
        }
        (number < n).then_some((number, number + 1))
    })
    .take_until(stop.cancelled_owned())
}

/// Counts, then fails.
pub(super) fn failing(
    n: i32,
    error: HubError,
) -> impl Stream<Item = Result<i32, HubError>> + Send + use<> {
    counter(n)
        .map(Ok)
        .chain(stream::once(async move { Err(error) }))
}

/// The numbers come from another task.
pub(super) fn from_channel(n: i32) -> impl Stream<Item = i32> + Send + use<> {
    let (sender, mut receiver) = mpsc::channel(4);
    tokio::spawn(async move {
        for number in 0..n {
            if sender.send(number).await.is_err() {
                return;
            }
        }
    });
    stream::poll_fn(move |cx| receiver.poll_recv(cx))
}

pub(super) fn failing_channel(n: i32) -> impl Stream<Item = Result<i32, HubError>> + Send + use<> {
    from_channel(n)
        .map(Ok)
        .chain(stream::once(async { Err(invalid_operation("ran out")) }))
}

/// Numbers without end, each after a millisecond; after number 2 a long pause.
pub(super) fn endless() -> impl Stream<Item = i32> + Send + use<> {
    stream::iter(0..).then(async |number| {
        sleep(if number == 3 {
            Duration::from_secs(10)
        } else {
            Duration::from_millis(1)
        })
        .await;
        number
    })
}
