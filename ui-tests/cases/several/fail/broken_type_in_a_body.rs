use signalr::hub;

struct ChatHub;

#[hub]
impl ChatHub {
    pub fn ping(&self) -> u32 {
        "text"
    }

    pub fn pong(&self) -> u32 {
        self.ping()
    }
}

fn main() {}
