use signalr::client_interface;

#[client_interface]
trait ChatClient {
    async fn receive(&self, #[inject] text: String);
}

fn main() {}
