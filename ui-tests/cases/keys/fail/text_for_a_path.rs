use signalr::hub;

struct ChatHub;

#[hub(client = "ChatClient")]
impl ChatHub {
    pub fn ping(&self) {}
}

fn main() {}
