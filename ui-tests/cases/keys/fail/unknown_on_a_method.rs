use signalr::hub;

struct ChatHub;

#[hub]
impl ChatHub {
    #[hub_method(rename = "Pong")]
    pub fn ping(&self) {}
}

fn main() {}
