//! The proxy and the client warn where the interface is deprecated.

#![deny(deprecated)]

use signalr::contract::ClientInterface;
use signalr::{client_interface, hub_interface};
use ui_tests::Recorder;

#[client_interface]
trait ChatClient {
    #[deprecated]
    async fn receive(&self);
}

#[hub_interface]
trait ChatApi {
    #[deprecated]
    fn send(&self);
}

// An expected lint that is not raised is a warning, and that is denied.
#[deny(unfulfilled_lint_expectations)]
fn main() {
    let recorder = Recorder::default();
    let proxy = <dyn ChatClient as ClientInterface>::proxy(recorder.clone());
    #[expect(deprecated)]
    let _ = proxy.receive();
    #[expect(deprecated)]
    let _ = ChatApiClient::new(&recorder).send();
    #[expect(deprecated)]
    let _ = ChatApiClient::new(&recorder).notify().send();
}
