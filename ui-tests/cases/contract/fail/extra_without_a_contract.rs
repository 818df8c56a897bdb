use signalr::hub;

struct ChatHub;

#[hub]
impl ChatHub {
    #[hub_method(extra)]
    pub fn ping(&self) {}
}

fn main() {}
