//! Connections without the hub protocol.

use std::time::Duration;

use bytes::Bytes;
use futures_util::StreamExt;
use signalr::server::RawConnection;
use signalr::{EndpointOptions, SignalR};
use tokio::sync::mpsc;
use tokio::time::Instant;

use super::web::Web;

#[tokio::test(start_paused = true)]
async fn a_client_that_takes_nothing_is_dropped_after_the_send_timeout() {
    let (log, mut seen) = mpsc::unbounded_channel();
    let server = SignalR::builder().build().expect("complete");
    let handler = move |mut connection: RawConnection| {
        let log = log.clone();
        async move {
            let began = Instant::now();
            while connection.send(Bytes::from_static(b"x")).await.is_ok() {}
            let end = connection.receive().await;
            let _ = log.send((began.elapsed(), matches!(end, Ok(None))));
        }
    };
    let options = EndpointOptions::default();
    let web = Web::new(server.map_connections("/raw", options, handler));
    let offer = web.post("/raw/negotiate?negotiateVersion=1").answer();
    let offer = offer.await.json();
    let token = offer["connectionToken"].as_str().expect("a token");
    let path = format!("/raw?id={token}");
    let events = web.get(&path).header("accept", "text/event-stream");
    let mut events = events.begin().await.into_body().into_data_stream();
    let first = events.next().await.expect("no end").expect("bytes");
    assert_eq!(first.as_ref(), b":\r\n");
    // It reads no further.
    let (took, ended) = seen.recv().await.expect("the handler runs");
    assert!(ended);
    assert!((10..11).contains(&took.as_secs()), "{took:?}");
}

#[tokio::test(start_paused = true)]
async fn a_client_that_polls_seldom_is_not_dropped() {
    let (log, mut seen) = mpsc::unbounded_channel();
    let server = SignalR::builder().build().expect("complete");
    let handler = move |mut connection: RawConnection| {
        let log = log.clone();
        async move {
            let sent = connection.send(Bytes::from_static(b"x")).await;
            let _ = log.send(sent.is_ok());
        }
    };
    let options = EndpointOptions::default();
    let web = Web::new(server.map_connections("/raw", options, handler));
    let offer = web.post("/raw/negotiate?negotiateVersion=1").answer();
    let offer = offer.await.json();
    let token = offer["connectionToken"].as_str().expect("a token");
    let path = format!("/raw?id={token}");
    web.get(&path).status().await;
    tokio::time::sleep(Duration::from_secs(13)).await;
    assert_eq!(web.get(&path).answer().await.text(), "x");
    assert_eq!(seen.recv().await, Some(true));
}
