use signalr::client_interface;

#[derive(serde::Serialize)]
struct Row;

#[client_interface]
trait ChatClient {
    async fn receive(&self, text: String, row: Row);
}

fn main() {}
