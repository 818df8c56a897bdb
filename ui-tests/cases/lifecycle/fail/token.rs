use signalr::{CancellationToken, hub};

struct ChatHub;

#[hub]
impl ChatHub {
    #[on_disconnected]
    async fn left(&self, stop: CancellationToken) {
        let _ = stop;
    }
}

fn main() {}
