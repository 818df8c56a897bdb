use signalr::hub;

struct ChatHub;

#[hub]
impl ChatHub {
    #[on_connected]
    async fn joined(&self) {}

    #[on_connected]
    async fn greeted(&self) {}
}

fn main() {}
