use signalr::hub;

trait ChatApi {}

struct ChatHub;

#[hub(implements = ChatApi)]
impl ChatHub {
    pub fn ping(&self) {}
}

fn main() {}
