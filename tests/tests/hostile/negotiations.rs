//! Connections that are negotiated and never used.

use super::ground::{Ground, HUB, MODEST};
use super::wire::{Socket, frame};

/// What an entry of the table may cost, its token included.
const AN_ENTRY: usize = 1 << 10;

#[tokio::test(start_paused = true)]
async fn thousands_of_unused_negotiations_are_small_and_forgotten() {
    const COUNT: usize = 10_000;
    let mut ground = Ground::new().await;
    let network = ground.network.clone();
    let limit = MODEST + COUNT * AN_ENTRY;
    let token = ground
        .attacked("negotiations", limit, async {
            let mut token = String::new();
            for _ in 0..COUNT {
                token = network.negotiate(HUB).await;
            }
            token
        })
        .await;
    let (status, text) = network.request(&format!("GET {HUB}?id={token}"), "").await;
    assert_eq!((status, &*text), (404, "No Connection with that ID"));
}

#[tokio::test(start_paused = true)]
async fn a_negotiation_does_not_read_what_is_sent_with_it() {
    let mut ground = Ground::new().await;
    let network = ground.network.clone();
    ground
        .attacked("a body of 2^40 bytes", MODEST, async {
            let mut wire = network.connect();
            let head = format!(
                "POST {HUB}/negotiate?negotiateVersion=1 HTTP/1.1\r\nHost: server\r\nConnection: close\r\n\
                 Content-Length: {}\r\n\r\n",
                1_u64 << 40
            );
            wire.write(head.as_bytes()).await;
            let (status, offer) = wire.answer().await;
            assert_eq!(status, 200);
            assert!(offer.contains("connectionToken"), "{offer}");
        })
        .await;
}

#[tokio::test(start_paused = true)]
async fn a_version_that_is_none_is_refused() {
    let mut ground = Ground::new().await;
    let network = ground.network.clone();
    ground
        .attacked("versions", MODEST, async {
            for version in ["x", "1.5", "99999999999", "1,1", "%00"] {
                let request = format!("POST {HUB}/negotiate?negotiateVersion={version}");
                let (status, body) = network.request(&request, "").await;
                assert_eq!(status, 200, "{version}");
                assert!(
                    body.contains("\"error\":\"The client requested"),
                    "{version}: {body}"
                );
            }
            let (status, _) = network.request(&format!("GET {HUB}/negotiate"), "").await;
            assert_eq!(status, 405);
        })
        .await;
}

#[tokio::test(start_paused = true)]
async fn sockets_that_end_at_once_leave_nothing() {
    let mut ground = Ground::new().await;
    let network = ground.network.clone();
    ground
        .attacked("sockets that end", MODEST, async {
            for n in 0..1000 {
                let token = network.negotiate(HUB).await;
                let mut socket = Socket::open(&network, &format!("{HUB}?id={token}")).await;
                if n % 2 == 0 {
                    socket
                        .write(&frame(0x81, b"{\"protocol\":\"json\",\"version\":1}\x1e"))
                        .await;
                }
                drop(socket);
            }
        })
        .await;
}
