use futures_core::Stream;

use signalr::client_interface;

#[client_interface]
trait ChatClient {
    async fn ticks(&self) -> impl Stream<Item = u32>;
}

fn main() {}
