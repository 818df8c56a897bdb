use signalr::hub;

trait ChatApi {
    fn ping(&self);
}

struct ChatHub;

#[hub]
impl ChatApi for ChatHub {
    fn ping(&self) {}
}

fn main() {}
