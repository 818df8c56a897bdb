use signalr::hub;

trait ChatClient {}

struct ChatHub;

#[hub(client = ChatClient)]
impl ChatHub {
    pub fn ping(&self) {}
}

fn main() {}
