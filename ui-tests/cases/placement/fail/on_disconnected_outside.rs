use signalr::on_disconnected;

#[on_disconnected]
fn left() {}

fn main() {}
