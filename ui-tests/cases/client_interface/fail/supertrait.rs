use signalr::client_interface;

#[client_interface]
trait ChatClient: Send + Sync {
    async fn receive(&self, text: String);
}

fn main() {}
