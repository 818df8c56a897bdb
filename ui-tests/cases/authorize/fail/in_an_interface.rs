use signalr::hub_interface;

#[hub_interface]
trait ChatApi {
    #[authorize]
    fn ping(&self);
}

fn main() {}
