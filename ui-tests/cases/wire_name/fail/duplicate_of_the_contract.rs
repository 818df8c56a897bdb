use signalr::{hub, hub_interface};

#[hub_interface]
trait ChatApi {
    fn ping(&self);
}

struct ChatHub;

#[hub(implements = ChatApi)]
impl ChatHub {
    pub fn ping(&self) {}

    #[hub_method(extra, name = "PING")]
    pub fn ping_again(&self) {}
}

fn main() {}
