use signalr::hub_interface;

#[hub_interface]
trait ChatApi {
    fn notify(&self, text: String);
}

fn main() {}
