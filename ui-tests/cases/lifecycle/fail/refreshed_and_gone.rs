use signalr::hub;

struct ChatHub;

#[hub]
impl ChatHub {
    #[on_authentication_refreshed]
    #[on_disconnected]
    async fn changed(&self) {}
}

fn main() {}
