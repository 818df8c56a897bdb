use signalr::client_interface;

#[client_interface]
trait ChatClient<T> {
    async fn receive(&self, value: T);
}

fn main() {}
