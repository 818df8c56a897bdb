//! Floods of calls, and of their ids.

use serde_json::json;

use super::ground::{Ground, HUB, MODEST};
use super::wire::Socket;

/// What one call under way may cost.
const A_CALL: usize = 4 << 10;

#[tokio::test(start_paused = true)]
async fn what_a_client_keeps_under_way_is_bounded() {
    const LIMIT: usize = 500;
    let mut ground = Ground::with(
        |o| o.maximum_active_invocations_per_client = LIMIT,
        |endpoint| endpoint,
    )
    .await;
    let call = |kind: u8, target: &str| json!({"type": kind, "target": target, "arguments": []});
    let mut upload = call(1, "Total");
    upload["streamIds"] = json!(["s"]);
    for (what, message) in [
        ("endless streams", call(4, "Endless")),
        ("uploads", upload),
        ("questions without an answer", call(1, "Ask")),
    ] {
        let network = ground.network.clone();
        let limit = MODEST + LIMIT * A_CALL;
        ground
            .attacked(what, limit, async {
                let mut socket = Socket::connect(&network, HUB).await;
                let mut message = message;
                for id in 0..LIMIT + 100 {
                    message["invocationId"] = json!(id.to_string());
                    if message["streamIds"].is_array() {
                        message["streamIds"] = json!([format!("s{id}")]);
                    }
                    socket.say(&message).await;
                    let Some(over) = id.checked_sub(LIMIT) else {
                        continue;
                    };
                    let answer = socket.completion(id as u64).await;
                    let error = answer["error"].as_str().expect("an error");
                    assert!(
                        error.ends_with("HubException: More than 500 calls are under way."),
                        "{error}"
                    );
                    // One that ends makes room for one more.
                    if over == 99 && message["type"] == 4 {
                        socket.say(&json!({"type": 5, "invocationId": "0"})).await;
                        socket.completion(0).await;
                        let answer = socket.ask(9999, "Echo", json!(["room"])).await;
                        assert_eq!(answer["result"], "room");
                    }
                }
            })
            .await;
    }
}

#[tokio::test(start_paused = true)]
async fn one_id_for_many_calls_is_refused_or_means_the_latest() {
    let mut ground = Ground::new().await;
    let network = ground.network.clone();
    ground
        .attacked("one id again and again", MODEST, async {
            let mut socket = Socket::connect(&network, HUB).await;
            let stream =
                json!({"type": 4, "invocationId": "7", "target": "Endless", "arguments": []});
            socket.say(&stream).await;
            for _ in 0..10_000 {
                socket.say(&stream).await;
                let answer = socket.completion(7).await;
                assert_eq!(answer["error"], "Invocation ID '7' is already in use.");
            }
        })
        .await;
}

#[tokio::test(start_paused = true)]
async fn a_call_with_thousands_of_streams_is_refused() {
    let mut ground = Ground::new().await;
    let ids: Vec<_> = (0..3000).map(|n| n.to_string()).collect();
    let network = ground.network.clone();
    ground
        .attacked("streams that nobody takes", MODEST, async {
            let mut socket = Socket::connect(&network, HUB).await;
            for target in ["Total", "Echo", "Nothing"] {
                let call = json!({
                    "type": 1, "invocationId": "1", "target": target, "arguments": [], "streamIds": ids,
                });
                socket.say(&call).await;
                let answer = socket.completion(1).await;
                assert!(answer["error"].is_string(), "{answer}");
            }
        })
        .await;
}

#[tokio::test(start_paused = true)]
async fn calls_behind_one_that_waits_are_not_taken_in() {
    let mut ground = Ground::new().await;
    let network = ground.network.clone();
    ground
        .attacked("calls that queue", MODEST, async {
            let mut socket = Socket::connect(&network, HUB).await;
            socket.call(0, "Wait", json!([])).await;
            let text = "x".repeat(1000);
            let mut taken = 0;
            let patience = std::time::Duration::from_secs(1);
            let queue = async {
                while socket.call(1, "Echo", json!([text])).await {
                    taken += 1;
                    assert!(taken < 1000, "all is taken in");
                }
            };
            assert!(tokio::time::timeout(patience, queue).await.is_err());
        })
        .await;
}
