use signalr::hub_interface;

#[hub_interface]
trait ChatApi<T> {
    fn store(&self, value: T);
}

fn main() {}
