use signalr::hub;

struct ChatHub;

#[hub]
impl ChatHub {
    pub fn close(self) {}
}

fn main() {}
