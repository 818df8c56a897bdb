//! Streams to the hub.

use futures_util::stream::{self, StreamExt, TryStreamExt};
use signalr::InvokeError;
use signalr::contract::Upload;

use crate::inbox::Inbox;
use crate::place::everywhere;

#[tokio::test]
async fn an_upload_arrives_whole_and_in_order() {
    everywhere(async |at| {
        let link = at.connect("/hub").await;
        for method in ["UploadSum", "UploadChannel"] {
            let items = Upload::new(stream::iter(1..=300));
            let sum: i32 = link.invoke(method, (items,)).await.expect("a sum");
            assert_eq!(sum, 300 * 301 / 2, "{method}");
        }
        let mut back = Inbox::<i32>::of(&link, "Receive");
        let items = Upload::new(stream::iter(0..30));
        link.invoke::<()>("UploadBack", (items,))
            .await
            .expect("done");
        for n in 0..30 {
            assert_eq!(back.next().await, n);
        }
        link.stop().await;
    })
    .await;
}

#[tokio::test]
async fn a_call_may_have_two_uploads() {
    everywhere(async |at| {
        let link = at.connect("/hub").await;
        let first = Upload::new(stream::iter(["a", "b"]));
        let second = Upload::new(stream::iter(["c"]));
        let joined: String = link
            .invoke("UploadTwo", (first, "|", second))
            .await
            .expect("text");
        assert_eq!(joined, "a,b,|,c");
        link.stop().await;
    })
    .await;
}

#[tokio::test]
async fn an_upload_that_fails_tells_the_hub_why() {
    everywhere(async |at| {
        let link = at.connect("/hub").await;
        let items = Upload::fallible(stream::iter([Ok(1), Err("the sensor broke")]));
        let said: String = link.invoke("UploadCatch", (items,)).await.expect("text");
        assert!(said.contains("the sensor broke"), "{said}");
        link.stop().await;
    })
    .await;
}

#[tokio::test]
async fn an_upload_nobody_reads_ends_with_its_call() {
    everywhere(async |at| {
        let link = at.connect("/hub").await;
        let endless = || {
            Upload::new(stream::repeat(1).then(async |n| {
                tokio::task::yield_now().await;
                n
            }))
        };
        let seven: i32 = link.invoke("UploadIgnored", (endless(),)).await.expect("7");
        assert_eq!(seven, 7);
        let failed = link.invoke::<i32>("UploadThrows", (endless(),)).await;
        assert!(matches!(failed, Err(InvokeError::Hub(_))), "{failed:?}");
        assert_eq!(link.invoke::<i32>("Add", (1, 2)).await.expect("a sum"), 3);
        link.stop().await;
    })
    .await;
}

#[tokio::test]
async fn items_go_both_ways_at_once() {
    everywhere(async |at| {
        let link = at.connect("/hub").await;
        let items = Upload::new(stream::iter(0..100));
        let doubled = link.stream::<i32>("Double", (items,)).await;
        let doubled: Vec<i32> = doubled
            .expect("a stream")
            .try_collect()
            .await
            .expect("items");
        assert!(doubled.into_iter().eq((0..100).map(|n| n * 2)));
        link.stop().await;
    })
    .await;
}
