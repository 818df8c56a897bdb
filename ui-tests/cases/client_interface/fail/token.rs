use signalr::client_interface;

#[client_interface]
trait ChatClient {
    async fn receive(&self, stop: signalr::CancellationToken);
}

fn main() {}
