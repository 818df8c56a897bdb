use signalr::{hub, hub_interface};

#[hub_interface]
trait ChatApi {
    fn add(&self, a: i64, b: i64) -> i64;
    fn ping(&self);
}

struct ChatHub;

#[hub(implements = ChatApi)]
impl ChatHub {
    pub fn add(&self, a: i64, b: i64) -> i64 {
        a + b
    }
}

fn main() {}
