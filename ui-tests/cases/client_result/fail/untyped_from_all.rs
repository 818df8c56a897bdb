use signalr::{CallerContext, hub};

struct ChatHub;

#[hub]
impl ChatHub {
    pub async fn ask(&self, cx: &CallerContext<Self>) {
        let _ = cx
            .clients()
            .all()
            .invoke::<bool>("Confirm", ("really?",))
            .await;
    }
}

fn main() {}
