use signalr::hub;

struct ChatHub;

#[hub]
impl ChatHub {
    #[authorize(roles = "admin")]
    pub fn ping(&self) {}
}

fn main() {}
