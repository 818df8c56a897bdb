use signalr::hub;

struct ChatHub;

#[hub]
impl ChatHub {
    #[hub_method(stream)]
    pub fn ping(&self) {}
}

fn main() {}
