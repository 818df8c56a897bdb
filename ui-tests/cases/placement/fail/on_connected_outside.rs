use signalr::on_connected;

struct ChatHub;

impl ChatHub {
    #[on_connected]
    pub fn joined(&self) {}
}

fn main() {}
