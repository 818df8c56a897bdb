use signalr::client_interface;

#[derive(serde::Serialize)]
struct Row;

#[client_interface]
trait ChatClient {
    async fn find(&self) -> Row;
}

fn main() {}
