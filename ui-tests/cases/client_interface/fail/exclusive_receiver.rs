use signalr::client_interface;

#[client_interface]
trait ChatClient {
    async fn receive(&mut self, text: String);
}

fn main() {}
