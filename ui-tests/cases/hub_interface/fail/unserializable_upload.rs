use futures_core::Stream;

use signalr::hub_interface;

struct Row;

#[hub_interface]
trait ChatApi {
    fn store(&self, rows: impl Stream<Item = Row>);
}

fn main() {}
