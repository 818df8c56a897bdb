use futures_util::StreamExt;
use futures_util::future::join;

use super::peer::{Peer, connected};
use crate::HubConnection;
use crate::contract::ReplyStream;
use crate::error::{CloseReason, InvokeError};

/// A stream of numbers that has been asked for.
async fn streaming() -> (HubConnection, Peer, ReplyStream<i32>) {
    let (link, mut peer) = connected().await;
    let stream = link
        .stream::<i32>("Counter", (3,))
        .await
        .expect("it is queued");
    assert_eq!(
        peer.text().await,
        r#"{"type":4,"invocationId":"1","target":"Counter","arguments":[3]}"#
    );
    (link, peer, stream)
}

#[tokio::test]
async fn items_come_in_order_and_then_the_end() {
    let (_link, mut peer, mut stream) = streaming().await;
    for item in 0..3 {
        peer.send(&format!(r#"{{"type":2,"invocationId":"1","item":{item}}}"#))
            .await;
    }
    peer.send(r#"{"type":3,"invocationId":"1"}"#).await;
    for item in 0..3 {
        let next = stream.next().await.expect("an item");
        assert_eq!(next.expect("no error"), item);
    }
    assert!(stream.next().await.is_none());
    assert!(stream.next().await.is_none());
    drop(stream);
    peer.silent().await;
}

#[tokio::test]
async fn the_hubs_error_is_the_last_item() {
    let (_link, mut peer, mut stream) = streaming().await;
    peer.send(r#"{"type":2,"invocationId":"1","item":0}"#).await;
    peer.send(r#"{"type":3,"invocationId":"1","error":"broken"}"#)
        .await;
    assert!(matches!(stream.next().await, Some(Ok(0))));
    let error = stream.next().await;
    assert!(matches!(error, Some(Err(InvokeError::Hub(text))) if text == "broken"));
    assert!(stream.next().await.is_none());
}

#[tokio::test]
async fn a_stream_that_is_dropped_is_cancelled() {
    let (_link, mut peer, stream) = streaming().await;
    drop(stream);
    assert_eq!(peer.text().await, r#"{"type":5,"invocationId":"1"}"#);
    peer.send(r#"{"type":2,"invocationId":"1","item":0}"#).await;
    peer.send(r#"{"type":3,"invocationId":"1"}"#).await;
    peer.silent().await;
}

#[tokio::test]
async fn a_stream_that_ends_with_a_result_is_an_error() {
    let (_link, mut peer, mut stream) = streaming().await;
    peer.send(r#"{"type":3,"invocationId":"1","result":1}"#)
        .await;
    let error = stream.next().await;
    assert!(matches!(error, Some(Err(InvokeError::Unexpected(_)))));
    assert!(stream.next().await.is_none());
}

#[tokio::test]
async fn an_item_of_another_type_ends_the_stream_and_cancels_it() {
    let (_link, mut peer, mut stream) = streaming().await;
    peer.send(r#"{"type":2,"invocationId":"1","item":"x"}"#)
        .await;
    let error = stream.next().await;
    assert!(matches!(error, Some(Err(InvokeError::Decode(_)))));
    assert!(stream.next().await.is_none());
    assert_eq!(peer.text().await, r#"{"type":5,"invocationId":"1"}"#);
}

#[tokio::test]
async fn a_lost_connection_ends_the_stream_behind_its_items() {
    let (link, mut peer, mut stream) = streaming().await;
    peer.send(r#"{"type":2,"invocationId":"1","item":0}"#).await;
    peer.close().await;
    assert!(matches!(stream.next().await, Some(Ok(0))));
    let error = stream.next().await;
    assert!(matches!(
        error,
        Some(Err(InvokeError::Closed(CloseReason::TransportClosed)))
    ));
    drop(link);
}

#[tokio::test]
async fn streams_and_calls_run_side_by_side() {
    let (link, mut peer, mut stream) = streaming().await;
    let serve = async {
        peer.text().await;
        peer.send(r#"{"type":2,"invocationId":"1","item":0}"#).await;
        peer.send(r#"{"type":3,"invocationId":"2","result":"hi"}"#)
            .await;
        peer.send(r#"{"type":2,"invocationId":"1","item":1}"#).await;
    };
    let (echo, ()) = join(link.invoke::<String>("Echo", ()), serve).await;
    assert_eq!(echo.expect("an echo"), "hi");
    assert!(matches!(stream.next().await, Some(Ok(0))));
    assert!(matches!(stream.next().await, Some(Ok(1))));
}
