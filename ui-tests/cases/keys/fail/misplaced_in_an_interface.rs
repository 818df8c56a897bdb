use signalr::hub_interface;

#[hub_interface]
trait ChatApi {
    #[hub_method(skip)]
    fn ping(&self);
}

fn main() {}
