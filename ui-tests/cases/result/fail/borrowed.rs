use signalr::hub;

struct ChatHub;

#[hub]
impl ChatHub {
    pub fn name(&self) -> &str {
        "chat"
    }
}

fn main() {}
