use signalr::hub;

struct ChatHub;

#[hub]
impl ChatHub {
    #[hub_method = "Pong"]
    pub fn ping(&self) {}
}

fn main() {}
