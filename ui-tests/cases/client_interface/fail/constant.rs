use signalr::client_interface;

#[client_interface]
trait ChatClient {
    const LIMIT: usize = 10;

    async fn receive(&self, text: String);
}

fn main() {}
