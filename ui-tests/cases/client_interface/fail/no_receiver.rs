use signalr::client_interface;

#[client_interface]
trait ChatClient {
    async fn receive(text: String);
}

fn main() {}
