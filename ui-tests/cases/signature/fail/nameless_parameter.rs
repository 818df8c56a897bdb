use signalr::hub;

struct ChatHub;

#[hub]
impl ChatHub {
    pub fn move_to(&self, _: f64) {}
}

fn main() {}
