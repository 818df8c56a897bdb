//! Calls of the server.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use signalr::HubConnection;
use tokio::sync::mpsc::unbounded_channel;

use crate::inbox::Inbox;
use crate::place::everywhere;

#[tokio::test]
async fn calls_arrive_in_their_order() {
    everywhere(async |at| {
        let link = at.connect("/hub").await;
        let mut received = Inbox::<i32>::of(&link, "receive");
        link.invoke::<()>("SendMany", (200,)).await.expect("sent");
        for n in 0..200 {
            assert_eq!(received.next().await, n);
        }
        link.stop().await;
    })
    .await;
}

#[tokio::test]
async fn a_handler_takes_up_to_eight_arguments() {
    #[derive(serde::Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Person {
        first_name: String,
        age: i32,
    }
    everywhere(async |at| {
        let link = at.connect("/hub").await;
        let (sender, mut seen) = unbounded_channel();
        let all = sender.clone();
        link.on(
            "Args",
            move |a: i32, b: String, c: f64, d: Option<String>, e: Vec<i32>, f: Person| {
                let text = format!("{a} {b} {c} {d:?} {e:?} {} {}", f.first_name, f.age);
                all.send(text).expect("the test listens");
            },
        );
        link.on("NoArgs", move || {
            sender.send("none".to_owned()).expect("the test listens")
        });
        link.invoke::<()>("SendArgs", ()).await.expect("sent");
        link.invoke::<()>("SendNoArgs", ()).await.expect("sent");
        assert_eq!(
            seen.recv().await.expect("a call"),
            "1 two 3.5 None [4, 5] Ada 36"
        );
        assert_eq!(seen.recv().await.expect("a call"), "none");
        link.stop().await;
    })
    .await;
}

#[tokio::test]
async fn a_slow_handler_holds_up_no_calls() {
    everywhere(async |at| {
        let link = at.connect("/hub").await;
        let (release, held) = tokio::sync::oneshot::channel::<()>();
        let held = Arc::new(tokio::sync::Mutex::new(Some(held)));
        link.on("Receive", move |_: String| {
            let held = Arc::clone(&held);
            async move {
                if let Some(held) = held.lock().await.take() {
                    let _ = held.await;
                }
            }
        });
        link.invoke::<()>("SendCaller", ("one",))
            .await
            .expect("sent");
        assert_eq!(link.invoke::<i32>("Add", (1, 2)).await.expect("a sum"), 3);
        release.send(()).expect("the handler waits");
        link.stop().await;
    })
    .await;
}

#[tokio::test]
async fn a_handler_may_call_the_hub() {
    everywhere(async |at| {
        let link = at.connect("/hub").await;
        let mut received = Inbox::<String>::of(&link, "Receive");
        let weak = link.downgrade();
        link.on("NoArgs", move || {
            let weak = weak.clone();
            async move {
                let link: HubConnection = weak.upgrade().expect("it is open");
                let echo: String = link.invoke("Echo", ("from inside",)).await.expect("echo");
                link.notify("SendCaller", (echo,)).await.expect("sent");
            }
        });
        link.invoke::<()>("SendNoArgs", ()).await.expect("sent");
        assert_eq!(received.next().await, "from inside");
        link.stop().await;
    })
    .await;
}

#[tokio::test]
async fn a_handler_that_is_removed_runs_no_more() {
    everywhere(async |at| {
        let link = at.connect("/hub").await;
        let count = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&count);
        let registration = link.on("Receive", move |_: String| {
            counted.fetch_add(1, Ordering::SeqCst);
        });
        let mut received = Inbox::<String>::of(&link, "Receive");
        link.invoke::<()>("SendCaller", ("one",))
            .await
            .expect("sent");
        received.next().await;
        registration.remove();
        link.invoke::<()>("SendCaller", ("two",))
            .await
            .expect("sent");
        received.next().await;
        assert_eq!(count.load(Ordering::SeqCst), 1);
        link.stop().await;
    })
    .await;
}

#[tokio::test]
async fn groups_and_single_connections_are_reached() {
    everywhere(async |at| {
        let (ann, bob) = (at.connect("/hub").await, at.connect("/hub").await);
        let mut to_ann = Inbox::<String>::of(&ann, "Receive");
        let mut to_bob = Inbox::<String>::of(&bob, "Receive");
        let id = bob.connection_id().expect("an id");
        let group = format!("of {id}");
        ann.invoke::<()>("SendTo", (&id, "hello"))
            .await
            .expect("sent");
        assert_eq!(to_bob.next().await, "hello");
        for link in [&ann, &bob] {
            link.invoke::<()>("Join", (&group,)).await.expect("joined");
        }
        bob.invoke::<()>("SendGroup", (&group, "all"))
            .await
            .expect("sent");
        assert_eq!(to_ann.next().await, "all");
        assert_eq!(to_bob.next().await, "all");
        bob.invoke::<()>("SendOthersInGroup", (&group, "others"))
            .await
            .expect("sent");
        assert_eq!(to_ann.next().await, "others");
        ann.stop().await;
        bob.stop().await;
    })
    .await;
}
