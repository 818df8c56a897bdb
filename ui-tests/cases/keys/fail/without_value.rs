use signalr::hub;

struct ChatHub;

#[hub]
impl ChatHub {
    #[hub_method(name)]
    pub fn ping(&self) {}
}

fn main() {}
