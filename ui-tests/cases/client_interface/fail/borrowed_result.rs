use signalr::client_interface;

#[client_interface]
trait ChatClient {
    async fn name(&self) -> &str;
}

fn main() {}
