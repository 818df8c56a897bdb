use signalr::hub;

struct ChatHub;

#[hub]
impl ChatHub {
    #[on_connected(first)]
    async fn joined(&self) {}
}

fn main() {}
