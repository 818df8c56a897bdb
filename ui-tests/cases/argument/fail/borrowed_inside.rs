use signalr::hub;

struct ChatHub;

#[hub]
impl ChatHub {
    pub fn send_message(&self, text: Option<&str>) {
        let _ = text;
    }
}

fn main() {}
