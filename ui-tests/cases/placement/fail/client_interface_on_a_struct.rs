use signalr::client_interface;

#[client_interface]
struct ChatClient;

fn main() {}
