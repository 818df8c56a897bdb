use signalr::hub;

struct ChatHub;

#[hub]
impl ChatHub {
    #[hub_method(client = ChatClient)]
    pub fn ping(&self) {}
}

fn main() {}
