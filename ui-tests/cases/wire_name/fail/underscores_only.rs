use signalr::hub;

struct ChatHub;

#[hub]
impl ChatHub {
    pub fn __(&self) {}
}

fn main() {}
