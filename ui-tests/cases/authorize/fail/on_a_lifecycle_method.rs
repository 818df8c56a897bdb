use signalr::hub;

struct ChatHub;

#[hub]
impl ChatHub {
    #[on_connected]
    #[authorize]
    async fn joined(&self) {}
}

fn main() {}
