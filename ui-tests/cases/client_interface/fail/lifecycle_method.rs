use signalr::client_interface;

#[client_interface]
trait ChatClient {
    #[on_connected]
    async fn joined(&self);
}

fn main() {}
