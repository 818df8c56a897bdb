use futures_core::Stream;
use std::io;

use signalr::hub;

struct ChatHub;

#[hub]
impl ChatHub {
    pub fn lines(&self) -> impl Stream<Item = Result<String, io::Error>> {
        futures_util::stream::iter([Ok(String::new())])
    }
}

fn main() {}
