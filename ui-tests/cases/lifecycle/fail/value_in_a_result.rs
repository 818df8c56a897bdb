use signalr::{HubError, hub};

struct ChatHub;

#[hub]
impl ChatHub {
    #[on_disconnected]
    async fn left(&self) -> Result<bool, HubError> {
        Ok(true)
    }
}

fn main() {}
