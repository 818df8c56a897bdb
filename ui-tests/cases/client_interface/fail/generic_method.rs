use signalr::client_interface;

#[client_interface]
trait ChatClient {
    async fn receive<T>(&self, value: T);
}

fn main() {}
