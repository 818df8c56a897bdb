use signalr::client_interface;

#[client_interface]
trait ChatClient {
    async fn receive(&self, text: String);
    #[hub_method(name = "RECEIVE")]
    async fn receive_all(&self, texts: Vec<String>);
}

fn main() {}
