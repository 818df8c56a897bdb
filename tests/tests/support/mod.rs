//! The conformance server in the test's own process.

use std::net::Ipv4Addr;

use signalr_tests::conformance::app;
use signalr_tests::player::Address;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// The server's address, and its end.
pub(crate) async fn serve() -> (Address, JoinHandle<()>) {
    let app = app().expect("a complete server");
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .await
        .expect("a free port");
    let address = listener.local_addr().expect("a bound listener");
    let stopped = app.stopped();
    let server = axum::serve(listener, app.router).with_graceful_shutdown(stopped);
    let end = tokio::spawn(async move { server.await.expect("it serves until it is stopped") });
    (address.into(), end)
}
