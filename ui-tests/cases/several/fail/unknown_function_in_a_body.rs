use signalr::hub;

struct ChatHub;

#[hub]
impl ChatHub {
    pub fn ping(&self) -> u32 {
        missing()
    }
}

fn main() {}
