//! What clients without a WebSocket send.

use axum::body::Body;
use axum::http::StatusCode;
use bytes::Bytes;
use futures_util::stream;
use signalr::EndpointOptions;

use super::account::{Poller, serve};

#[tokio::test(start_paused = true)]
async fn an_aborted_post_leaves_the_connection_as_it_is() {
    let (web, _seen) = serve(EndpointOptions::default());
    let mut client = Poller::connect(&web, None).await;
    let path = format!("/account?id={}", client.token);
    // Half of a message arrives, then the client goes away; the other half comes with the next POST.
    let call = "{\"type\":1,\"invocationId\":\"1\",\"target\":\"Roles\",\"arguments\":[]}\u{1e}";
    let (half, rest) = call.split_at(20);
    let torn = stream::iter([
        Ok(Bytes::copy_from_slice(half.as_bytes())),
        Err("the client is gone"),
    ]);
    let torn = web.post(&path).body(Body::from_stream(torn));
    assert_eq!(torn.status().await, StatusCode::BAD_REQUEST);
    let rest = web.post(&path).body(rest.to_owned());
    assert_eq!(rest.status().await, StatusCode::OK);
    let answer = client.next(None).await;
    assert_eq!(answer["result"], "nobody");
}
