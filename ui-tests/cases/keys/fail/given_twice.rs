use signalr::hub;

struct ChatHub;

#[hub]
impl ChatHub {
    #[hub_method(name = "Ping", name = "Pong")]
    pub fn ping(&self) {}
}

fn main() {}
