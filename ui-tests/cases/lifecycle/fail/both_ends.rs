use signalr::hub;

struct ChatHub;

#[hub]
impl ChatHub {
    #[on_connected]
    #[on_disconnected]
    async fn changed(&self) {}
}

fn main() {}
