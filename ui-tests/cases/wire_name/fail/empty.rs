use signalr::hub;

struct ChatHub;

#[hub]
impl ChatHub {
    #[hub_method(name = "")]
    pub fn send_message(&self) {}
}

fn main() {}
