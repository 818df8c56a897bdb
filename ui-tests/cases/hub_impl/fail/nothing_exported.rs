use signalr::hub;

struct ChatHub;

#[hub]
impl ChatHub {
    pub fn new() -> Self {
        Self
    }

    fn helper(&self) {}
}

fn main() {}
