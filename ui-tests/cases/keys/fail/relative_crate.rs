use signalr::hub;

struct ChatHub;

#[hub(crate = my_signalr)]
impl ChatHub {
    pub fn ping(&self) {}
}

fn main() {}
