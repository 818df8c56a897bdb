//! Faults of the reference that are not copied; others have their tests where they belong.

use std::time::{Duration, Instant};

use futures_util::stream;
use serde::{Serialize, Serializer};
use serde_json::json;
use signalr::{CallerContext, HubContext, HubError, SendError, SignalR, Stream, hub};

use super::lab::Lab;
use super::peer::{Peer, call, text};

/// A value that no protocol can write.
#[derive(Debug)]
struct Odd;

impl Serialize for Odd {
    fn serialize<S: Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
        Err(serde::ser::Error::custom("it is odd"))
    }
}

struct Odds;

#[hub]
impl Odds {
    pub fn value(&self) -> Odd {
        Odd
    }

    pub fn items(&self) -> impl Stream<Item = Odd> {
        stream::iter([Odd])
    }

    pub async fn send(&self, cx: &CallerContext<Self>) -> Result<(), SendError> {
        cx.clients().all().send("Receive", (1, Odd)).await
    }

    pub async fn ask(&self, cx: &CallerContext<Self>) -> Result<u32, HubError> {
        Ok(cx.clients().caller().invoke("Answer", (Odd,)).await?)
    }

    pub fn echo(&self, text: String) -> String {
        text
    }
}

fn server() -> SignalR {
    SignalR::builder()
        .hub::<Odds>(|_| Ok(Odds), |_| {})
        .build()
        .expect("complete")
}

#[tokio::test(start_paused = true)]
async fn a_value_that_cannot_be_encoded_fails_what_produced_it_and_nothing_else() {
    let server = server();
    let mut peer = Peer::connect_to::<Odds>(&server).await;
    let mut other = Peer::connect_to::<Odds>(&server).await;
    for method in ["Value", "Send", "Ask"] {
        let answer = peer.ask("1", method, json!([])).await;
        assert!(answer["error"].is_string(), "{method}: {answer}");
    }
    let items = json!({"type": 4, "invocationId": "2", "target": "Items", "arguments": []});
    peer.send(&items).await;
    let end = peer.completion("2").await;
    let error = "An error occurred on the server while streaming results.";
    assert_eq!(end["error"], error);
    // Whoever would have received it is as well as before.
    for peer in [&mut peer, &mut other] {
        peer.call("3", "Echo", json!(["well"])).await;
        let next = peer.next().await.expect("no end");
        assert_eq!(
            next,
            json!({"type": 3, "invocationId": "3", "result": "well"})
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_refused_duplicate_of_a_stream_s_id_leaves_the_first_one_to_be_cancelled() {
    let mut lab = Lab::new();
    let mut peer = Peer::connect(&lab).await;
    let stream = json!({"type": 4, "invocationId": "1", "target": "Endless", "arguments": []});
    peer.send(&stream).await;
    assert_eq!(peer.next().await.expect("an item")["item"], 0);
    peer.send(&stream).await;
    let refused = peer.completion("1").await;
    assert_eq!(refused["error"], "Invocation ID '1' is already in use.");
    peer.send(&json!({"type": 5, "invocationId": "1"})).await;
    let end = peer.completion("1").await;
    assert_eq!(end, json!({"type": 3, "invocationId": "1"}));
    assert_eq!(lab.seen().await, "stream dropped");
}

#[tokio::test(start_paused = true)]
async fn what_comes_with_a_close_or_after_it_is_not_carried_out() {
    let mut lab = Lab::new();
    let mut peer = Peer::connect(&lab).await;
    let note = |text: &str| super::peer::text(&call("1", "NoteDown", &json!([text])));
    let both = [note("before"), text(&json!({"type": 7})), note("behind")];
    peer.send_bytes(both.concat()).await;
    while peer.next().await.is_some() {}
    assert_eq!(lab.seen().await, "before");
    assert_eq!(lab.seen().await, "left");
    lab.log.close();
    assert_eq!(lab.log.recv().await, None);
}

/// The least time that a hundred messages to nobody take.
async fn to_nobody(context: &HubContext<Odds>) -> Duration {
    let mut least = Duration::MAX;
    for _ in 0..20 {
        let began = Instant::now();
        for _ in 0..100 {
            let user = context.clients().user("nobody");
            user.send("Receive", ()).await.expect("nobody is no error");
            let ids = context.clients().clients(["nobody"]);
            ids.send("Receive", ()).await.expect("nobody is no error");
        }
        least = least.min(began.elapsed());
    }
    least
}

#[tokio::test(start_paused = true)]
async fn users_and_connections_are_looked_up_and_not_searched_for() {
    let server = server();
    let context = server.context::<Odds>();
    let alone = to_nobody(&context).await;
    let mut peers = Vec::new();
    for _ in 0..5000 {
        peers.push(Peer::connect_to::<Odds>(&server).await);
    }
    let crowded = to_nobody(&context).await;
    // A search of all would take thousands of times as long.
    assert!(crowded < alone * 100, "{alone:?} {crowded:?}");
}
