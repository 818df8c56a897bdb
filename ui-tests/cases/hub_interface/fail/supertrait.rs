use signalr::hub_interface;

#[hub_interface]
trait ChatApi: Clone {
    fn ping(&self);
}

fn main() {}
