use signalr::{CallerContext, hub};

struct ChatHub;

#[hub]
impl ChatHub {
    pub async fn tell(&self, cx: &CallerContext<Self>) {
        let _ = cx.clients().all().send("Receive", "text").await;
    }
}

fn main() {}
