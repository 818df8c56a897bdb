//! Requests that come at the wrong time, to the wrong place, or in the name of another connection.

use super::ground::{Ground, HUB, MODEST, OTHER};
use super::wire::Socket;

const NO_ID: (u16, &str) = (400, "Connection ID required");
const UNKNOWN: (u16, &str) = (404, "No Connection with that ID");

#[tokio::test(start_paused = true)]
async fn a_token_in_the_wrong_place_opens_nothing() {
    let mut ground = Ground::new().await;
    let network = ground.network.clone();
    ground
        .attacked("tokens", MODEST, async {
            let (_, offer) = network
                .request(&format!("POST {HUB}/negotiate?negotiateVersion=1"), "")
                .await;
            let offer: serde_json::Value = serde_json::from_str(&offer).expect("JSON");
            let [id, token] =
                ["connectionId", "connectionToken"].map(|name| offer[name].as_str().expect("text"));
            let long = "x".repeat(8000);
            for (query, expected) in [
                (HUB.to_owned(), NO_ID),
                (format!("{HUB}?connectionToken={token}"), NO_ID),
                (format!("{HUB}?access_token={token}"), NO_ID),
                (format!("{HUB}?ID_={token}"), NO_ID),
                (format!("{HUB}?id="), NO_ID),
                // What everybody may know.
                (format!("{HUB}?id={id}"), UNKNOWN),
                (format!("{OTHER}?id={token}"), UNKNOWN),
                (format!("{HUB}?id={}", token.to_uppercase()), UNKNOWN),
                (format!("{HUB}?id={token}%20"), UNKNOWN),
                (format!("{HUB}?id={token}&id={token}"), UNKNOWN),
                (format!("{HUB}?id={long}"), UNKNOWN),
                (format!("{HUB}?id=%ff%00"), UNKNOWN),
            ] {
                for method in ["GET", "POST", "DELETE"] {
                    let answer = network.request(&format!("{method} {query}"), token).await;
                    assert_eq!((answer.0, &*answer.1), expected, "{method} {query}");
                }
            }
            let (status, _) = network.request(&format!("GET {HUB}/{token}"), "").await;
            assert_eq!(status, 404);
            // It is as good as before.
            let first = network.request(&format!("GET {HUB}?id={token}"), "").await;
            assert_eq!(first, (200, String::new()));
        })
        .await;
}

#[tokio::test(start_paused = true)]
async fn a_connection_that_has_begun_is_taken_over_by_nobody() {
    let mut ground = Ground::new().await;
    let network = ground.network.clone();
    ground
        .attacked("other transports", MODEST, async {
            let token = network.negotiate(HUB).await;
            let path = format!("{HUB}?id={token}");
            let mut socket = Socket::connect(&network, &path).await;
            let upgrade = "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
                           Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nConnection: Upgrade";
            let stream = "Accept: text/event-stream\r\nConnection: close";
            let plain = "Connection: close";
            for (method, headers, status) in [
                ("GET", plain, 400),
                ("GET", stream, 400),
                ("GET", upgrade, 409),
                ("POST", plain, 405),
                ("DELETE", plain, 400),
            ] {
                let mut wire = network.connect();
                let head = format!("{method} {path} HTTP/1.1\r\nHost: server\r\n{headers}\r\n\r\n");
                wire.write(head.as_bytes()).await;
                let answer = wire.head().await;
                let expected = format!("HTTP/1.1 {status} ");
                assert!(
                    answer.starts_with(&expected),
                    "{method} {headers}: {answer}"
                );
            }
            let answer = socket.ask(1, "Echo", serde_json::json!(["mine"])).await;
            assert_eq!(answer["result"], "mine");
        })
        .await;
}

#[tokio::test(start_paused = true)]
async fn an_upgrade_that_is_none_is_refused() {
    let mut ground = Ground::new().await;
    let network = ground.network.clone();
    ground
        .attacked("upgrades", MODEST, async {
            for (what, headers) in [
                ("an old version", "Sec-WebSocket-Version: 8\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="),
                ("no key", "Sec-WebSocket-Version: 13"),
                ("a short key", "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: c2hvcnQ="),
                ("a key that is none", "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ????????????????????????"),
            ] {
                let mut wire = network.connect();
                let head = format!(
                    "GET {HUB} HTTP/1.1\r\nHost: server\r\nConnection: Upgrade, close\r\nUpgrade: websocket\r\n{headers}\r\n\r\n"
                );
                wire.write(head.as_bytes()).await;
                let (status, text) = wire.answer().await;
                assert_eq!((status, &*text), NO_ID, "{what}");
            }
        })
        .await;
}

#[tokio::test(start_paused = true)]
async fn an_event_stream_that_is_not_read_ends() {
    let mut ground = Ground::new().await;
    let network = ground.network.clone();
    ground
        .attacked("an event stream that nobody reads", 2 * MODEST, async {
            let token = network.negotiate(HUB).await;
            let mut events = network.connect();
            let head = format!(
                "GET {HUB}?id={token} HTTP/1.1\r\nHost: server\r\nAccept: text/event-stream\r\n\r\n"
            );
            events.write(head.as_bytes()).await;
            events.head().await;
            let post = format!("POST {HUB}?id={token}");
            let handshake = "{\"protocol\":\"json\",\"version\":1}\x1e";
            network.request(&post, handshake).await;
            let text = "x".repeat(30_000);
            let call = format!(
                "{{\"type\":1,\"invocationId\":\"1\",\"target\":\"Echo\",\"arguments\":[\"{text}\"]}}\x1e"
            );
            let mut taken = 0;
            while network.request(&post, &call).await.0 == 200 {
                taken += 1;
                assert!(taken < 100, "all is answered");
            }
        })
        .await;
}
