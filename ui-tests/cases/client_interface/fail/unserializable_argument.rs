use signalr::client_interface;

#[derive(serde::Deserialize)]
struct Row;

#[client_interface]
trait ChatClient {
    async fn receive(&self, text: String, row: Row);
}

fn main() {}
