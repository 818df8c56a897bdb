use signalr::hub_method;

struct ChatHub;

impl ChatHub {
    #[hub_method(name = "Send")]
    pub fn send_message(&self) {}
}

fn main() {}
