use signalr::{CallerContext, hub};

struct OtherHub;

#[hub]
impl OtherHub {
    pub fn pong(&self) {}
}

struct ChatHub;

#[hub]
impl ChatHub {
    pub fn ping(&self, cx: &CallerContext<OtherHub>) {
        let _ = cx;
    }
}

fn main() {}
