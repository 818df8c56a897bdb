use signalr::client_interface;

#[client_interface]
trait ChatClient {
    type Text;

    async fn receive(&self, text: String);
}

fn main() {}
