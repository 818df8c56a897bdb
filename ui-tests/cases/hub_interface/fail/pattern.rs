use signalr::hub_interface;

#[hub_interface]
trait ChatApi {
    fn move_to(&self, _: f64);
}

fn main() {}
