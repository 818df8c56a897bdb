use signalr::hub_interface;

#[hub_interface]
trait ChatApi {
    fn ticks(&self, stop: signalr::CancellationToken) -> u32;
}

fn main() {}
