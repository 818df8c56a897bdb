use signalr::hub;

struct ChatHub;

#[hub]
impl ChatHub {
    #[hub_method(name = "Ping")]
    #[hub_method(name = "Pong")]
    pub fn ping(&self) {}
}

fn main() {}
