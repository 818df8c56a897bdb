use futures_core::Stream;

use signalr::hub_interface;

#[hub_interface]
trait ChatApi {
    fn lines(&self) -> impl Stream<Item = Result<String, std::io::Error>>;
}

fn main() {}
