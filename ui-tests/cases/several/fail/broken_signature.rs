use signalr::hub;

struct ChatHub;

#[hub]
impl ChatHub {
    pub fn ping(&self, count u32) -> u32 {
        1
    }

    pub fn pong(&self) -> u32 {
        2
    }
}

fn main() {}
