use futures_util::future::join;
use serde::Serialize;
use serde::ser::Error;

use super::peer::{connected, settle};
use crate::contract::Caller;
use crate::error::InvokeError;

#[tokio::test]
async fn calls_are_numbered_from_one_and_find_their_answers_in_any_order() {
    let (link, mut peer) = connected().await;
    let calls = join(
        link.invoke::<i32>("Add", (1, 2)),
        link.invoke::<String>("Echo", ("hi",)),
    );
    let serve = async {
        assert_eq!(
            peer.text().await,
            r#"{"type":1,"invocationId":"1","target":"Add","arguments":[1,2]}"#
        );
        assert_eq!(
            peer.text().await,
            r#"{"type":1,"invocationId":"2","target":"Echo","arguments":["hi"]}"#
        );
        peer.send(r#"{"type":3,"invocationId":"2","result":"hi"}"#)
            .await;
        peer.send(r#"{"type":3,"invocationId":"1","result":3}"#)
            .await;
    };
    let ((sum, echo), ()) = join(calls, serve).await;
    assert_eq!(sum.expect("a sum"), 3);
    assert_eq!(echo.expect("an echo"), "hi");
}

#[tokio::test]
async fn a_call_without_an_answer_has_no_id() {
    let (link, mut peer) = connected().await;
    link.notify("Send", ("hi", None::<i32>))
        .await
        .expect("it is queued");
    assert_eq!(
        peer.text().await,
        r#"{"type":1,"target":"Send","arguments":["hi",null]}"#
    );
}

#[tokio::test]
async fn a_message_cut_into_pieces_is_read() {
    let (link, mut peer) = connected().await;
    peer.faults().pieces(Some(3));
    let serve = async {
        peer.text().await;
        peer.send(r#"{"type":3,"invocationId":"1","result":"long enough"}"#)
            .await;
    };
    let (echo, ()) = join(link.invoke::<String>("Echo", ()), serve).await;
    assert_eq!(echo.expect("an echo"), "long enough");
}

/// What a call for an `i32` gives when the server sends `answers`.
async fn answered<R>(answers: &[&str]) -> Result<R, InvokeError>
where
    R: serde::de::DeserializeOwned + Send + 'static,
{
    let (link, mut peer) = connected().await;
    let serve = async {
        peer.text().await;
        for answer in answers {
            peer.send(answer).await;
        }
    };
    let (result, ()) = join(link.invoke::<R>("X", ()), serve).await;
    result
}

#[tokio::test]
async fn the_hubs_error_is_the_callers() {
    let error = answered::<i32>(&[r#"{"type":3,"invocationId":"1","error":"no"}"#]).await;
    assert!(matches!(error, Err(InvokeError::Hub(text)) if text == "no"));
}

#[tokio::test]
async fn an_answer_of_another_type_fails_the_call() {
    let error = answered::<i32>(&[r#"{"type":3,"invocationId":"1","result":"3"}"#]).await;
    assert!(matches!(error, Err(InvokeError::Decode(_))));
    let error = answered::<i32>(&[r#"{"type":3,"invocationId":"1"}"#]).await;
    assert!(matches!(error, Err(InvokeError::Decode(_))));
}

#[tokio::test]
async fn a_call_without_a_value_takes_any_answer() {
    let result = answered::<()>(&[r#"{"type":3,"invocationId":"1","result":null}"#]).await;
    result.expect("null is no value");
    let result = answered::<()>(&[r#"{"type":3,"invocationId":"1"}"#]).await;
    result.expect("nothing is no value");
    let result = answered::<()>(&[r#"{"type":3,"invocationId":"1","result":7}"#]).await;
    result.expect("a value is ignored");
    let result = answered::<Option<i32>>(&[r#"{"type":3,"invocationId":"1"}"#]).await;
    assert_eq!(result.expect("nothing is none"), None);
}

#[tokio::test]
async fn what_nobody_waits_for_is_ignored() {
    let result = answered::<i32>(&[
        r#"{"type":3,"invocationId":"99","result":1}"#,
        r#"{"type":3,"invocationId":"x","result":1}"#,
        r#"{"type":2,"invocationId":"99","item":1}"#,
        r#"{"type":8,"sequenceId":1}"#,
        r#"{"type":5,"invocationId":"1"}"#,
        r#"{"type":77}"#,
        r#"{"type":3,"invocationId":"1","result":5}"#,
        r#"{"type":3,"invocationId":"1","result":6}"#,
    ])
    .await;
    assert_eq!(result.expect("an answer"), 5);
}

#[tokio::test]
async fn an_item_for_a_plain_call_is_its_error() {
    let error = answered::<i32>(&[r#"{"type":2,"invocationId":"1","item":1}"#]).await;
    assert!(matches!(error, Err(InvokeError::Unexpected(text)) if text.contains("`stream`")));
}

#[tokio::test]
async fn a_call_that_is_dropped_is_cancelled() {
    let (link, mut peer) = connected().await;
    let call = tokio::spawn(link.invoke::<()>("Wait", ()));
    assert_eq!(
        peer.text().await,
        r#"{"type":1,"invocationId":"1","target":"Wait","arguments":[]}"#
    );
    call.abort();
    assert_eq!(peer.text().await, r#"{"type":5,"invocationId":"1"}"#);
    // A server that does not know of cancelling answers all the same.
    peer.send(r#"{"type":3,"invocationId":"1","result":null}"#)
        .await;
    settle().await;
    peer.silent().await;
}

#[tokio::test]
async fn a_call_that_was_never_polled_is_never_made() {
    let (link, mut peer) = connected().await;
    drop(link.invoke::<()>("X", ()));
    peer.silent().await;
}

struct Unwritable;

impl Serialize for Unwritable {
    fn serialize<S: serde::Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
        Err(S::Error::custom("not today"))
    }
}

#[tokio::test]
async fn an_argument_that_cannot_be_written_fails_the_call_alone() {
    let (link, mut peer) = connected().await;
    let error = link.invoke::<()>("X", (Unwritable,)).await;
    assert!(matches!(error, Err(InvokeError::Encode(_))));
    peer.silent().await;
    link.notify("Y", ()).await.expect("the connection is well");
    assert_eq!(
        peer.text().await,
        r#"{"type":1,"target":"Y","arguments":[]}"#
    );
}

#[tokio::test]
async fn typed_clients_call_through_the_connection() {
    async fn add(hub: &impl Caller) -> Result<i32, InvokeError> {
        hub.invoke("Add", &[&1, &2], Vec::new()).await
    }
    let (link, mut peer) = connected().await;
    let serve = async {
        peer.text().await;
        peer.send(r#"{"type":3,"invocationId":"1","result":3}"#)
            .await;
    };
    let (sum, ()) = join(add(&link), serve).await;
    assert_eq!(sum.expect("a sum"), 3);
}

#[cfg(feature = "messagepack")]
#[tokio::test]
async fn messagepack_is_spoken_where_it_is_asked_for() {
    use super::peer::{builder, packed};
    use crate::protocol::{HubProtocol, Outcome};

    let (builder, mut peers) = builder();
    let link = builder
        .protocol(HubProtocol::MessagePack)
        .build()
        .expect("valid settings");
    let serve = async {
        let mut peer = peers.next().await;
        assert_eq!(
            peer.text().await,
            r#"{"protocol":"messagepack","version":1}"#
        );
        peer.send("{}").await;
        peer
    };
    let (started, mut peer) = join(link.start(), serve).await;
    started.expect("the handshake is right");
    assert_eq!(peer.bytes(3).await, [2, 0x91, 6]);
    let serve = async {
        let call = [
            13, 0x96, 1, 0x80, 0xa1, b'1', 0xa3, b'A', b'd', b'd', 0x92, 1, 2, 0x90,
        ];
        assert_eq!(peer.bytes(call.len()).await, call);
        peer.faults().pieces(Some(2));
        let answer = packed(|protocol, out| {
            protocol
                .write_completion(out, "1", Outcome::Result(&3))
                .expect("a number is written");
        });
        peer.send_bytes(answer).await;
    };
    let (sum, ()) = join(link.invoke::<i32>("Add", (1, 2)), serve).await;
    assert_eq!(sum.expect("a sum"), 3);
}

#[tokio::test]
async fn what_is_too_large_for_the_server_is_not_sent() {
    use super::peer::builder;
    use crate::contract::Upload;

    let (builder, mut peers) = builder();
    let link = builder
        .maximum_send_message_size(200)
        .build()
        .expect("valid settings");
    let mut peer = peers.accept(&link).await;
    let large = "x".repeat(200);
    let failed = link.invoke::<()>("X", (&large,)).await;
    let Err(InvokeError::TooLarge { size, limit: 200 }) = failed else {
        panic!("{failed:?}");
    };
    assert!(size > 200);
    peer.silent().await;

    let items = Upload::new(futures_util::stream::iter([large]));
    link.notify("X", (items,)).await.expect("the call is small");
    peer.text().await;
    let end = peer.text().await;
    assert!(end.contains("200 at most"), "{end}");

    let answer = link.answer("Ask", || "x".repeat(200));
    answer.expect("the only one");
    peer.send(r#"{"type":1,"invocationId":"s1","target":"Ask","arguments":[]}"#)
        .await;
    let end = peer.text().await;
    assert!(end.contains("200 at most"), "{end}");
}

#[tokio::test]
async fn calls_carry_the_headers_they_are_given() {
    use super::peer::builder;

    let (builder, mut peers) = builder();
    let link = builder
        .call_headers(|| vec![("traceparent".to_owned(), "00-1".to_owned())])
        .build()
        .expect("valid settings");
    let mut peer = peers.accept(&link).await;
    link.notify("X", ()).await.expect("it is queued");
    assert_eq!(
        peer.text().await,
        r#"{"type":1,"headers":{"traceparent":"00-1"},"target":"X","arguments":[]}"#
    );
}
