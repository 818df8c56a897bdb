//! What is generated can be named otherwise.

use signalr::contract::ClientInterface;
use signalr::{client_interface, hub_interface};
use ui_tests::Recorder;

struct ChatClientProxy;
struct ChatClientReceiver;
struct ChatApiClient;

#[client_interface(proxy = Clients, receiver = Incoming)]
trait ChatClient {
    async fn receive(&self, text: String);
}

#[hub_interface(client = Calls,)]
trait ChatApi {
    fn ping(&self);
}

fn main() {
    let _ = (ChatClientProxy, ChatClientReceiver, ChatApiClient);
    let recorder = Recorder::default();
    let clients: Clients<Recorder> = <dyn ChatClient as ClientInterface>::proxy(recorder.clone());
    let _ = clients.receive("x".to_owned());
    let _ = Incoming(()).0;
    let _ = Calls::new(&recorder).ping();
    assert_eq!(recorder.take().len(), 2);
}
