use signalr::hub;

struct ChatHub;

#[hub]
impl ChatHub {
    pub fn ping(&self) {}

    #[authorize(role = "admin")]
    fn ban(&self) {}
}

fn main() {}
