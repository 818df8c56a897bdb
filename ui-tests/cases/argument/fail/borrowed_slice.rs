use signalr::hub;

struct ChatHub;

#[hub]
impl ChatHub {
    pub fn send_message(&self, bytes: &[u8]) {
        let _ = bytes;
    }
}

fn main() {}
