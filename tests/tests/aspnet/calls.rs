//! Calls of hub methods and their results.

use std::collections::BTreeMap;

use futures_util::future::join_all;
use serde::{Deserialize, Serialize};
use signalr::InvokeError;
use signalr::transport::TransportKind;

use crate::inbox::Inbox;
use crate::place::everywhere;

/// As the hub has it, with the names that .NET gives to its properties in JSON.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Person {
    first_name: Option<String>,
    age: i32,
    tags: Option<Vec<String>>,
    best_friend: Option<Box<Self>>,
}

#[tokio::test]
async fn a_call_has_a_result() {
    everywhere(async |at| {
        let link = at.connect("/hub").await;
        assert_eq!(link.invoke::<i32>("Add", (1, 2)).await.expect("a sum"), 3);
        let text = "\"quotes\", \u{1e}, é, 😀 and\nlines";
        let echo: String = link.invoke("echo", (text,)).await.expect("an echo");
        assert_eq!(echo, text);
        let transport: String = link.invoke("Transport", ()).await.expect("a name");
        assert_eq!(transport, at.transport.as_str());
        link.stop().await;
    })
    .await;
}

#[tokio::test]
async fn values_of_every_kind_go_there_and_back() {
    everywhere(async |at| {
        let link = at.connect("/hub").await;
        let person = Person {
            first_name: Some("Ada".to_owned()),
            age: 36,
            tags: Some(vec!["x".to_owned()]),
            best_friend: Some(Box::new(Person {
                first_name: None,
                age: -1,
                tags: None,
                best_friend: None,
            })),
        };
        let echo: Person = link.invoke("EchoPerson", (&person,)).await.expect("echo");
        assert_eq!(echo, person);
        let map = BTreeMap::from([("a".to_owned(), "b".to_owned())]);
        let echo: BTreeMap<String, String> = link.invoke("EchoMap", (&map,)).await.expect("echo");
        assert_eq!(echo, map);
        let list: Vec<i32> = link.invoke("EchoList", (vec![1, -2],)).await.expect("echo");
        assert_eq!(list, [1, -2]);
        let nothing: Option<i32> = link
            .invoke("EchoMaybe", (None::<i32>,))
            .await
            .expect("echo");
        assert_eq!(nothing, None);
        for number in [i64::MIN, -1, 0, i64::MAX] {
            let echo: i64 = link.invoke("EchoLong", (number,)).await.expect("echo");
            assert_eq!(echo, number);
        }
        for number in [0.1, -1.5e300, 5e-324] {
            let echo: f64 = link.invoke("EchoDouble", (number,)).await.expect("echo");
            assert_eq!(echo.to_bits(), f64::to_bits(number));
        }
        link.stop().await;
    })
    .await;
}

#[tokio::test]
async fn a_method_without_a_result_is_waited_for() {
    everywhere(async |at| {
        let link = at.connect("/hub").await;
        link.invoke::<()>("Nothing", ()).await.expect("no result");
        link.invoke::<()>("NothingAsync", ()).await.expect("none");
        let text: Option<String> = link.invoke("EchoNothing", ()).await.expect("null");
        assert_eq!(text, None);
        link.stop().await;
    })
    .await;
}

#[tokio::test]
async fn many_calls_at_once_get_their_own_results() {
    everywhere(async |at| {
        let link = at.connect("/parallel").await;
        let calls = (0..200).map(|n| link.invoke::<i32>("Add", (n, 1)));
        let sums: Result<Vec<i32>, InvokeError> = join_all(calls).await.into_iter().collect();
        assert_eq!(sums.expect("sums"), (1..=200).collect::<Vec<_>>());
        link.stop().await;
    })
    .await;
}

#[tokio::test]
async fn a_call_that_nobody_waits_for_is_carried_out() {
    everywhere(async |at| {
        let link = at.connect("/hub").await;
        let mut received = Inbox::<String>::of(&link, "Receive");
        for n in 0..20 {
            link.notify("SendCaller", (n.to_string(),))
                .await
                .expect("sent");
        }
        for n in 0..20 {
            assert_eq!(received.next().await, n.to_string());
        }
        link.stop().await;
    })
    .await;
}

#[tokio::test]
async fn a_call_that_is_dropped_leaves_the_connection_whole() {
    everywhere(async |at| {
        let link = at.connect("/parallel").await;
        let mut call = Box::pin(link.invoke::<String>("Delay", (3000, "late")));
        // Sent, and then dropped.
        let _ = futures_util::poll!(&mut call);
        drop(call);
        let sum: i32 = link.invoke("Add", (1, 2)).await.expect("a sum");
        assert_eq!(sum, 3);
        link.stop().await;
    })
    .await;
}

#[tokio::test]
async fn what_the_hub_keeps_of_a_connection_stays() {
    everywhere(async |at| {
        let link = at.connect("/hub?who=ann&who=bob").await;
        let who: String = link.invoke("Query", ("who",)).await.expect("the query");
        assert_eq!(who, "ann,bob");
        link.invoke::<()>("Remember", ("k", "v"))
            .await
            .expect("kept");
        let kept: Option<String> = link.invoke("Recall", ("k",)).await.expect("kept");
        assert_eq!(kept.as_deref(), Some("v"));
        let id: String = link.invoke("ConnectionId", ()).await.expect("an id");
        assert_eq!(link.connection_id(), Some(id));
        link.stop().await;
    })
    .await;
}

#[tokio::test]
async fn a_large_argument_and_a_large_result_arrive() {
    everywhere(async |at| {
        let link = at.connect("/hub").await;
        let text = "x".repeat(32_000);
        let echo: String = link.invoke("Echo", (&text,)).await.expect("an echo");
        assert!(echo == text);
        let count = if at.transport == TransportKind::LongPolling {
            20_000
        } else {
            100_000
        };
        let numbers: Vec<i32> = link.invoke("Numbers", (count,)).await.expect("numbers");
        assert!(numbers.into_iter().eq(0..count));
        link.stop().await;
    })
    .await;
}
