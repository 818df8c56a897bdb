use signalr::client_interface;

#[client_interface]
trait ChatClient {
    async fn receive(&self) -> std::fmt::Result;
}

fn main() {}
