use signalr::{ConnectionError, hub};

struct ChatHub;

#[hub]
impl ChatHub {
    #[on_connected]
    async fn joined(&self, cause: Option<&ConnectionError>) {
        let _ = cause;
    }
}

fn main() {}
