use signalr::client_interface;

#[client_interface]
trait ChatClient {
    fn receive(&self, text: String);
}

fn main() {}
