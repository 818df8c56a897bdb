use signalr::hub;

struct ChatHub;

#[hub]
#[signalr::authorize(role = "member")]
impl ChatHub {
    pub fn ping(&self) {}
}

fn main() {}
