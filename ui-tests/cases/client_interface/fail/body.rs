use signalr::client_interface;

#[client_interface]
trait ChatClient {
    async fn receive(&self, text: String) {
        drop(text);
    }
}

fn main() {}
