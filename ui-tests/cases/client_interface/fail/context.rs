use signalr::client_interface;

struct ChatHub;

#[signalr::hub]
impl ChatHub {
    pub fn ping(&self) {}
}

#[client_interface]
trait ChatClient {
    async fn receive(&self, cx: &signalr::CallerContext<ChatHub>);
}

fn main() {}
