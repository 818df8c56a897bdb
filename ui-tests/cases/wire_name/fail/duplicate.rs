use signalr::hub;

struct ChatHub;

#[hub]
impl ChatHub {
    pub fn send_message(&self) {}

    #[hub_method(name = "sendMessage")]
    pub fn send(&self) {}
}

fn main() {}
