use signalr::hub;

struct ChatHub;

#[hub]
impl ChatHub {
    #[authorize(role = admin)]
    pub fn ping(&self) {}
}

fn main() {}
