use futures_util::stream::BoxStream;

use signalr::hub;

struct ChatHub;

#[hub]
impl ChatHub {
    pub fn ticks(&self) -> BoxStream<'static, u32> {
        Box::pin(futures_util::stream::iter([1]))
    }
}

fn main() {}
