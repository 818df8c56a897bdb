use signalr::hub;

struct ChatHub;

#[hub]
impl ChatHub {
    #[cfg_attr(all(), hub_method(name = "Send"))]
    pub fn send_message(&self) {}
}

fn main() {}
