use signalr::hub;

struct ChatHub;

#[hub(timeout = 30)]
impl ChatHub {
    pub fn ping(&self) {}
}

fn main() {}
