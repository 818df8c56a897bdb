use signalr::{authorize, hub};

struct ChatHub;

#[hub]
#[authorize(role = "member")]
impl ChatHub {
    pub fn ping(&self) {}
}

fn main() {}
