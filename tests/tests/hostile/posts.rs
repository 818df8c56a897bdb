//! What comes up in POST bodies: slowly, without end, or with nobody to read it.

use std::time::Duration;

use tokio::time::{Instant, sleep, timeout};

use super::ground::{Ground, HUB, MODEST};
use super::wire::{Network, Wire};

const HANDSHAKE: &str = "{\"protocol\":\"json\",\"version\":1}\x1e";

/// A POST whose body is to come in chunks.
async fn begin_post(network: &Network, token: &str) -> Wire {
    let mut wire = network.connect();
    let head = format!(
        "POST {HUB}?id={token} HTTP/1.1\r\nHost: server\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
    );
    wire.write(head.as_bytes()).await;
    wire
}

async fn post(network: &Network, token: &str, body: &str) -> u16 {
    network
        .request(&format!("POST {HUB}?id={token}"), body)
        .await
        .0
}

async fn poll(network: &Network, token: &str) -> (u16, String) {
    network.request(&format!("GET {HUB}?id={token}"), "").await
}

/// The token of a connection by long polling that shook hands.
async fn polled(network: &Network) -> String {
    let token = network.negotiate(HUB).await;
    assert_eq!(poll(network, &token).await.0, 200);
    assert_eq!(post(network, &token, HANDSHAKE).await, 200);
    assert_eq!(poll(network, &token).await, (200, "{}\x1e".into()));
    token
}

#[tokio::test(start_paused = true)]
async fn a_slow_post_holds_up_its_own_connection_and_ends_with_it() {
    let mut ground = Ground::new().await;
    let network = ground.network.clone();
    ground
        .attacked("a byte a second", MODEST, async {
            let token = polled(&network).await;
            let mut slow = begin_post(&network, &token).await;
            let call = b"{\"type\":1,\"invocationId\":\"1\",\"target\":\"Echo\",\"arguments\":[\"slow\"]}\x1e";
            for byte in call {
                slow.write(&[b"1\r\n", &[*byte][..], b"\r\n"].concat()).await;
                sleep(Duration::from_millis(100)).await;
            }
            // What is whole is worked on, though the body has no end yet.
            let (status, answer) = poll(&network, &token).await;
            assert_eq!(status, 200);
            assert!(answer.contains("slow"), "{answer}");
            // Others wait for their turn behind it.
            let behind = post(&network, &token, "{\"type\":6}\x1e");
            assert!(timeout(Duration::from_secs(1), behind).await.is_err());
            // Nobody polls any more: the connection ends, and so does the body.
            let began = Instant::now();
            let (status, _) = slow.answer().await;
            assert_eq!(status, 404);
            assert!(began.elapsed() <= Duration::from_secs(17));
        })
        .await;
}

#[tokio::test(start_paused = true)]
async fn a_post_without_end_waits_while_nobody_reads_it() {
    let mut ground = Ground::new().await;
    let network = ground.network.clone();
    let chunk = [b"1000\r\n", &[b' '; 0x1000][..], b"\r\n"].concat();
    for (what, is_polled) in [
        ("before the first poll", false),
        ("behind a call that waits", true),
    ] {
        ground
            .attacked(what, MODEST, async {
                let token = if is_polled {
                    let token = polled(&network).await;
                    let wait = "{\"type\":1,\"invocationId\":\"1\",\"target\":\"Wait\",\"arguments\":[]}\x1e";
                    // The second one waits for the first, and everything else for it.
                    for _ in 0..2 {
                        post(&network, &token, wait).await;
                    }
                    token
                } else {
                    network.negotiate(HUB).await
                };
                let mut wire = begin_post(&network, &token).await;
                let flood = async {
                    let mut taken = 0;
                    while wire.write(&chunk).await {
                        taken += 1;
                        assert!(taken < 200, "all is taken in");
                    }
                };
                assert!(timeout(Duration::from_secs(5), flood).await.is_err(), "{what}");
                assert_eq!(wire.answer().await.0, 404, "{what}");
            })
            .await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_post_of_what_is_too_large_ends_its_connection() {
    let mut ground = Ground::new().await;
    let network = ground.network.clone();
    ground
        .attacked("a giant message", MODEST, async {
            let token = polled(&network).await;
            let mut wire = begin_post(&network, &token).await;
            let chunk = [b"1000\r\n", &[b' '; 0x1000][..], b"\r\n"].concat();
            let listening = poll(&network, &token);
            let flood = async {
                for _ in 0..100 {
                    wire.write(&chunk).await;
                }
                wire.answer().await
            };
            let ((_, close), (status, _)) = tokio::join!(listening, flood);
            assert!(
                close.contains("The maximum message size of 32768B was exceeded."),
                "{close}"
            );
            assert_eq!(status, 404);
        })
        .await;
}

#[tokio::test(start_paused = true)]
async fn a_compressed_body_is_not_unpacked() {
    let mut ground = Ground::new().await;
    let network = ground.network.clone();
    ground
        .attacked("a bomb", MODEST, async {
            let token = polled(&network).await;
            // The begin of a gzip file and a record's end.
            let head = format!(
                "POST {HUB}?id={token} HTTP/1.1\r\nHost: server\r\nConnection: close\r\nContent-Encoding: gzip\r\nContent-Length: 5\r\n\r\n"
            );
            let mut wire = network.connect();
            wire.write(head.as_bytes()).await;
            wire.write(b"\x1f\x8b\x08\x00\x1e").await;
            assert_eq!(wire.answer().await.0, 200);
            let (_, close) = poll(&network, &token).await;
            assert!(close.contains("Error reading JSON."), "{close}");
        })
        .await;
}

#[tokio::test(start_paused = true)]
async fn a_thousand_posts_and_polls_at_once_are_answered() {
    let mut ground = Ground::new().await;
    let network = ground.network.clone();
    // Each is an HTTP connection of its own.
    let limit = 2000 * (64 << 10);
    ground
        .attacked("posts and polls at once", limit, async {
            let token = polled(&network).await;
            let polls = (0..1000).map(|_| poll(&network, &token));
            let posts = (0..1000).map(|_| post(&network, &token, "{\"type\":6}\x1e"));
            let closing = async {
                for status in futures_util::future::join_all(posts).await {
                    assert_eq!(status, 200);
                }
                network
                    .request(&format!("DELETE {HUB}?id={token}"), "")
                    .await
            };
            let (polls, (deleted, _)) =
                tokio::join!(futures_util::future::join_all(polls), closing);
            assert_eq!(deleted, 202);
            let superseded = polls.iter().filter(|(status, _)| *status == 204).count();
            assert_eq!(superseded, 999, "the last one hears the end");
        })
        .await;
}
