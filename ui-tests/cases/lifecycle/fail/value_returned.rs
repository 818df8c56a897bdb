use signalr::hub;

struct ChatHub;

#[hub]
impl ChatHub {
    #[on_connected]
    async fn joined(&self) -> bool {
        true
    }
}

fn main() {}
