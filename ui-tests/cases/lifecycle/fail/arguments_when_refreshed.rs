use signalr::{CancellationToken, ConnectionError, hub};

struct ChatHub;

#[hub]
impl ChatHub {
    #[on_authentication_refreshed(once)]
    #[authorize(role = "admin")]
    async fn refreshed(&self, cause: Option<&ConnectionError>, token: String, stop: CancellationToken) -> bool {
        cause.is_none() && token.is_empty() && stop.is_cancelled()
    }
}

fn main() {}
