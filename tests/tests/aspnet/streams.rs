//! Streams from the hub.

use futures_util::{StreamExt, TryStreamExt};
use signalr::InvokeError;

use crate::inbox::Inbox;
use crate::place::everywhere;

#[tokio::test]
async fn a_stream_gives_its_items_and_ends() {
    everywhere(async |at| {
        let link = at.connect("/hub").await;
        for method in ["Counter", "CounterChannel", "CounterLater"] {
            let items = link.stream::<i32>(method, (500,)).await.expect("a stream");
            let items: Vec<i32> = items.try_collect().await.expect("items");
            assert!(items.into_iter().eq(0..500), "{method}");
        }
        let nulls = link.stream::<Option<String>>("StreamNulls", (2,)).await;
        let nulls: Vec<_> = nulls.expect("a stream").try_collect().await.expect("items");
        assert_eq!(nulls, [None, None]);
        link.stop().await;
    })
    .await;
}

#[tokio::test]
async fn streams_run_beside_each_other_and_beside_calls() {
    everywhere(async |at| {
        let link = at.connect("/hub").await;
        let mut slow = link
            .stream::<i32>("CounterDelayed", (1000, 10))
            .await
            .expect("a stream");
        assert_eq!(slow.next().await.expect("an item").expect("a number"), 0);
        let fast = link
            .stream::<i32>("Counter", (50,))
            .await
            .expect("a stream");
        let fast: Vec<i32> = fast.try_collect().await.expect("items");
        assert_eq!(fast.len(), 50);
        assert_eq!(link.invoke::<i32>("Add", (1, 2)).await.expect("a sum"), 3);
        assert_eq!(slow.next().await.expect("an item").expect("a number"), 1);
        link.stop().await;
    })
    .await;
}

#[tokio::test]
async fn dropping_a_stream_cancels_it_on_the_server() {
    everywhere(async |at| {
        let link = at.connect("/hub").await;
        let mut told = Inbox::<String>::of(&link, "Receive");
        let mut items = link
            .stream::<i32>("CounterNoted", ())
            .await
            .expect("a stream");
        for expected in 0..3 {
            let item = items.next().await.expect("an item");
            assert_eq!(item.expect("a number"), expected);
        }
        drop(items);
        assert_eq!(told.next().await, "ended, cancelled: True");
        link.stop().await;
    })
    .await;
}

#[tokio::test]
async fn a_stream_that_fails_says_so_behind_its_items() {
    everywhere(async |at| {
        let link = at.connect("/hub").await;
        let items = link.stream::<i32>("CounterThrowsHub", (2,)).await;
        let items: Vec<_> = items.expect("a stream").collect().await;
        match &items[..] {
            [Ok(0), Ok(1), Err(InvokeError::Hub(text))] => {
                assert_eq!(
                    text,
                    "An error occurred on the server while streaming results. HubException: ran out"
                );
            }
            other => panic!("{other:?}"),
        }
        let items = link.stream::<i32>("ThrowBeforeStream", ()).await;
        let items: Vec<_> = items.expect("a stream").collect().await;
        assert!(
            matches!(&items[..], [Err(InvokeError::Hub(_))]),
            "{items:?}"
        );
        link.stop().await;
    })
    .await;
}

#[tokio::test]
async fn a_stream_is_no_result_and_a_result_no_stream() {
    everywhere(async |at| {
        let link = at.connect("/hub").await;
        match link.invoke::<i32>("Counter", (3,)).await {
            Err(InvokeError::Hub(text)) => assert_eq!(
                text,
                "The client attempted to invoke the streaming 'Counter' method with a non-streaming invocation."
            ),
            other => panic!("{other:?}"),
        }
        let items = link.stream::<i32>("Add", (1, 2)).await;
        let items: Vec<_> = items.expect("a stream").collect().await;
        match &items[..] {
            [Err(InvokeError::Hub(text))] => assert_eq!(
                text,
                "The client attempted to invoke the non-streaming 'Add' method with a streaming invocation."
            ),
            other => panic!("{other:?}"),
        }
        link.stop().await;
    })
    .await;
}
