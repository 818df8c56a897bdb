use signalr::hub_interface;

struct ChatApi;

#[hub_interface]
impl ChatApi {}

fn main() {}
