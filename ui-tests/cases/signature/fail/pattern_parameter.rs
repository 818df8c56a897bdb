use signalr::hub;

struct ChatHub;

#[hub]
impl ChatHub {
    pub fn move_to(&self, (x, y): (f64, f64)) {
        let _ = (x, y);
    }
}

fn main() {}
