use signalr::hub;

trait Chat {}

#[hub]
impl dyn Chat {
    pub fn ping(&self) {}
}

fn main() {}
