use signalr::hub;

struct ChatHub;

#[hub(clients = ChatClient)]
impl ChatHub {
    pub fn ping(&self) {}
}

fn main() {}
