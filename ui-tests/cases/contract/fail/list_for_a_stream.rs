use futures_core::Stream;

use signalr::{hub, hub_interface};

#[hub_interface]
trait ChatApi {
    fn ticks(&self) -> impl Stream<Item = u32>;
}

struct ChatHub;

#[hub(implements = ChatApi)]
impl ChatHub {
    pub fn ticks(&self) -> Vec<u32> {
        vec![1]
    }
}

fn main() {}
