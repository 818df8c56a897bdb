use std::cell::Cell;

use signalr::hub;

struct ChatHub {
    count: Cell<u32>,
}

#[hub]
impl ChatHub {
    pub fn count(&self) -> u32 {
        self.count.get()
    }
}

fn main() {}
