use signalr::hub_interface;

#[hub_interface]
trait ChatApi {
    fn version(&self) -> u32 {
        1
    }
}

fn main() {}
