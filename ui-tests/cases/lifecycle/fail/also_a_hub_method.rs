use signalr::hub;

struct ChatHub;

#[hub]
impl ChatHub {
    #[on_connected]
    #[hub_method]
    async fn joined(&self) {}
}

fn main() {}
