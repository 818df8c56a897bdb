use signalr::hub;

struct ChatHub;

#[hub]
impl ChatHub {
    #[on_connected]
    async fn joined(&self, room: String) {
        let _ = room;
    }
}

fn main() {}
