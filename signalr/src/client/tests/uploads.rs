use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use futures_util::future::join;
use futures_util::{StreamExt, stream};
use tokio::sync::mpsc;

use super::peer::{connected, settle};
use crate::contract::Upload;

/// A stream of what the sender sends.
fn channel() -> (mpsc::UnboundedSender<i32>, Upload) {
    let (sender, receiver) = mpsc::unbounded_channel();
    let items = stream::unfold(
        receiver,
        |mut receiver: mpsc::UnboundedReceiver<i32>| async {
            receiver.recv().await.map(|item| (item, receiver))
        },
    );
    (sender, Upload::new(items))
}

#[tokio::test]
async fn items_and_their_end_follow_the_call() {
    let (link, mut peer) = connected().await;
    let upload = Upload::new(stream::iter(["a", "b"]));
    let serve = async {
        assert_eq!(
            peer.text().await,
            r#"{"type":1,"invocationId":"2","target":"Join","arguments":["-"],"streamIds":["1"]}"#
        );
        assert_eq!(
            peer.text().await,
            r#"{"type":2,"invocationId":"1","item":"a"}"#
        );
        assert_eq!(
            peer.text().await,
            r#"{"type":2,"invocationId":"1","item":"b"}"#
        );
        assert_eq!(peer.text().await, r#"{"type":3,"invocationId":"1"}"#);
        peer.send(r#"{"type":3,"invocationId":"2","result":"a-b"}"#)
            .await;
    };
    let (joined, ()) = join(link.invoke::<String>("Join", (upload, "-")), serve).await;
    assert_eq!(joined.expect("a text"), "a-b");
}

#[tokio::test]
async fn an_upload_may_go_with_a_call_that_wants_no_answer() {
    let (link, mut peer) = connected().await;
    let (sender, upload) = channel();
    link.notify("Feed", (upload,)).await.expect("it is queued");
    assert_eq!(
        peer.text().await,
        r#"{"type":1,"target":"Feed","arguments":[],"streamIds":["1"]}"#
    );
    sender.send(7).expect("it is read");
    assert_eq!(
        peer.text().await,
        r#"{"type":2,"invocationId":"1","item":7}"#
    );
    drop(sender);
    assert_eq!(peer.text().await, r#"{"type":3,"invocationId":"1"}"#);
}

#[tokio::test]
async fn streams_go_both_ways_at_once() {
    let (link, mut peer) = connected().await;
    let (sender, upload) = channel();
    let mut replies = link
        .stream::<i32>("Double", (upload,))
        .await
        .expect("it is queued");
    assert_eq!(
        peer.text().await,
        r#"{"type":4,"invocationId":"2","target":"Double","arguments":[],"streamIds":["1"]}"#
    );
    for item in 1..4 {
        sender.send(item).expect("it is read");
        assert_eq!(
            peer.text().await,
            format!(r#"{{"type":2,"invocationId":"1","item":{item}}}"#)
        );
        let double = 2 * item;
        peer.send(&format!(
            r#"{{"type":2,"invocationId":"2","item":{double}}}"#
        ))
        .await;
        let reply = replies.next().await.expect("an item");
        assert_eq!(reply.expect("no error"), double);
    }
}

#[tokio::test]
async fn a_stream_that_fails_says_why() {
    let (link, mut peer) = connected().await;
    let items = stream::iter([Ok(1), Err("the sensor is gone")]);
    link.notify("Feed", (Upload::fallible(items),))
        .await
        .expect("it is queued");
    peer.text().await;
    assert_eq!(
        peer.text().await,
        r#"{"type":2,"invocationId":"1","item":1}"#
    );
    assert_eq!(
        peer.text().await,
        r#"{"type":3,"invocationId":"1","error":"Stream errored by client: 'the sensor is gone'"}"#
    );
}

#[tokio::test]
async fn a_stream_that_panics_is_an_error_of_its_own() {
    let (link, mut peer) = connected().await;
    let items = stream::poll_fn(|_| -> std::task::Poll<Option<i32>> { panic!("by intent") });
    link.notify("Feed", (Upload::new(items),))
        .await
        .expect("it is queued");
    peer.text().await;
    assert_eq!(
        peer.text().await,
        r#"{"type":3,"invocationId":"1","error":"Stream errored by client: 'the stream panicked'"}"#
    );
    link.notify("Y", ()).await.expect("the connection is well");
    assert_eq!(
        peer.text().await,
        r#"{"type":1,"target":"Y","arguments":[]}"#
    );
}

#[tokio::test]
async fn dropping_the_call_ends_its_uploads() {
    let (link, mut peer) = connected().await;
    let (sender, upload) = channel();
    let call = tokio::spawn(link.invoke::<()>("Feed", (upload,)));
    peer.text().await;
    sender.send(1).expect("it is read");
    peer.text().await;
    call.abort();
    assert_eq!(peer.text().await, r#"{"type":5,"invocationId":"2"}"#);
    assert_eq!(
        peer.text().await,
        r#"{"type":3,"invocationId":"1","error":"Stream canceled by client."}"#
    );
    sender.closed().await;
}

#[tokio::test]
async fn the_answer_ends_the_calls_uploads() {
    let (link, mut peer) = connected().await;
    let (sender, upload) = channel();
    let serve = async {
        peer.text().await;
        peer.send(r#"{"type":3,"invocationId":"2","result":null}"#)
            .await;
    };
    let (done, ()) = join(link.invoke::<()>("Feed", (upload,)), serve).await;
    done.expect("an answer");
    sender.closed().await;
}

#[tokio::test]
async fn the_end_of_the_connection_ends_uploads() {
    let (link, mut peer) = connected().await;
    let (sender, upload) = channel();
    link.notify("Feed", (upload,)).await.expect("it is queued");
    peer.text().await;
    peer.close().await;
    sender.closed().await;
}

#[tokio::test]
async fn an_upload_waits_for_a_server_that_does_not_read() {
    let (link, mut peer) = connected().await;
    let made = Arc::new(AtomicU32::new(0));
    let items = {
        let made = Arc::clone(&made);
        stream::iter(0..1000).map(move |_| {
            made.fetch_add(1, Ordering::Relaxed);
            "x".repeat(1000)
        })
    };
    link.notify("Feed", (Upload::new(items),))
        .await
        .expect("it is queued");
    settle().await;
    // The queue and the wire each take 64 KiB.
    let made = made.load(Ordering::Relaxed);
    assert!((50..150).contains(&made), "{made}");
    peer.text().await;
    for _ in 0..1000 {
        assert!(peer.text().await.starts_with(r#"{"type":2"#));
    }
    assert_eq!(peer.text().await, r#"{"type":3,"invocationId":"1"}"#);
}
