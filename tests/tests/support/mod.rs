//! The conformance server in the test's own process.

use std::net::Ipv4Addr;

use signalr_tests::conformance::{App, app};
use signalr_tests::player::Address;
use tokio::net::TcpListener;

pub(crate) async fn serve() -> Address {
    let App { router, stop } = app().expect("a complete server");
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .await
        .expect("a free port");
    let address = listener.local_addr().expect("a bound listener");
    let server = axum::serve(listener, router).with_graceful_shutdown(stop.cancelled_owned());
    tokio::spawn(async move { server.await.expect("a server without end") });
    address.into()
}
