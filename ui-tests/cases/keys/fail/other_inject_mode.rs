use signalr::hub;

struct ChatHub;

#[hub(inject = always)]
impl ChatHub {
    pub fn ping(&self) {}
}

fn main() {}
