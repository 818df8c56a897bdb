use futures_core::Stream;

use signalr::hub;

struct ChatHub;

#[hub]
impl ChatHub {
    pub fn ticks(&self) -> impl Stream {
        futures_util::stream::iter([1])
    }
}

fn main() {}
