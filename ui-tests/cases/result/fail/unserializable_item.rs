use futures_core::Stream;

use signalr::hub;

struct Row;

struct ChatHub;

#[hub]
impl ChatHub {
    pub fn rows(&self) -> impl Stream<Item = Row> {
        futures_util::stream::iter([Row])
    }
}

fn main() {}
