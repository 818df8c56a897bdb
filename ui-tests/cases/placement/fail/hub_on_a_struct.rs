use signalr::hub;

#[hub]
pub struct ChatHub {
    rooms: Vec<String>,
}

fn main() {}
