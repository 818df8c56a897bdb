use signalr::hub;

struct ChatHub;

#[hub]
impl ChatHub {
    pub fn ping(&self) {}
}

#[hub]
impl ChatHub {
    pub fn pong(&self) {}
}

fn main() {}
