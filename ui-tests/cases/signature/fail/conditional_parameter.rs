use signalr::hub;

struct ChatHub;

#[hub]
impl ChatHub {
    pub fn move_to(&self, x: f64, #[cfg(all())] y: f64) {
        let _ = (x, y);
    }
}

fn main() {}
