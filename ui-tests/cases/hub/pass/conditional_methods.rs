//! A method that is configured out leaves nothing behind, and two may share a name where only one is there.

use signalr::{CallerContext, client_interface, hub, hub_interface};

#[client_interface]
trait ChatClient {
    async fn receive(&self, text: String);
    #[cfg(any())]
    async fn missing(&self, value: NoSuchType);
}

#[hub_interface]
trait ChatApi {
    fn ping(&self);
    #[cfg(any())]
    fn missing(&self, value: NoSuchType) -> NoSuchType;
}

struct ChatHub;

#[hub(client = ChatClient, implements = ChatApi)]
impl ChatHub {
    pub fn ping(&self) {}

    #[cfg(any())]
    pub fn missing(&self, service: std::sync::Arc<NoSuchType>, value: NoSuchType) -> NoSuchType {
        value
    }

    #[cfg(all())]
    #[hub_method(extra, name = "Twice")]
    pub fn one(&self) {}

    #[cfg(not(all()))]
    #[hub_method(extra, name = "Twice")]
    pub fn other(&self) {}

    #[cfg(all())]
    #[on_connected]
    async fn joined(&self, cx: &CallerContext<Self>) {
        let _ = cx;
    }

    #[cfg(not(all()))]
    #[on_connected]
    async fn joined_otherwise(&self) {}
}

#[hub]
#[cfg(any())]
impl NoSuchType {
    pub fn ping(&self) {}
}

#[hub_interface]
#[cfg(any())]
trait NoSuchApi {
    fn ping(&self, value: NoSuchType);
}

#[client_interface]
#[cfg(any())]
trait NoSuchClient {
    async fn ping(&self, value: NoSuchType);
}

fn main() {
    let _ = <ChatHub as signalr::server::Hub>::connected;
}
