//! The conformance server, called by the official clients from Node and from Chromium.

mod e2e_server;
mod e2e_support;

use e2e_support::{Needs, run, tools};

#[tokio::test(flavor = "multi_thread")]
async fn the_official_client_is_served() {
    serve(
        "the conformance server from Node",
        Needs::Node,
        "conformance",
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_official_client_is_served_in_a_browser() {
    let suite = "the conformance server from Chromium";
    serve(suite, Needs::Browser, "chromium").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_client_of_2018_is_served() {
    serve("the old client from Node", Needs::Node, "old").await;
}

/// Runs the tests of one folder against a server of their own.
async fn serve(suite: &str, needs: Needs, folder: &str) {
    let Some(tools) = tools(suite, needs) else {
        return;
    };
    let (mut server, address) = e2e_server::start().await;
    let servers = [("CONFORMANCE_URL", address)];
    tokio::select! {
        () = run(tools, folder, &servers) => {}
        ended = server.wait() => panic!("the server ended before the tests: {ended:?}"),
    }
}
