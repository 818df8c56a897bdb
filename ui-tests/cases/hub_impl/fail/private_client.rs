use signalr::{client_interface, hub};

#[client_interface]
trait ChatClient {
    async fn receive(&self, text: String);
}

pub struct ChatHub;

#[hub(client = ChatClient)]
impl ChatHub {
    pub fn ping(&self) {}
}

fn main() {}
