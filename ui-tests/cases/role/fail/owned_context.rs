use signalr::{CallerContext, hub};

struct ChatHub;

#[hub]
impl ChatHub {
    pub fn ping(&self, cx: CallerContext<Self>) {
        let _ = cx;
    }
}

fn main() {}
