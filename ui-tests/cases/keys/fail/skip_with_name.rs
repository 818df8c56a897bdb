use signalr::hub;

struct ChatHub;

#[hub]
impl ChatHub {
    #[hub_method(skip, name = "Pong")]
    pub fn ping(&self) {}

    pub fn pong(&self) {}
}

fn main() {}
