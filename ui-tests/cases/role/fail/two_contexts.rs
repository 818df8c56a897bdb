use signalr::{CallerContext, hub};

struct ChatHub;

#[hub]
impl ChatHub {
    pub fn ping(&self, cx: &CallerContext<Self>, caller: &CallerContext<Self>) {
        let _ = (cx, caller);
    }
}

fn main() {}
