use signalr::hub;

struct ChatHub;

#[hub]
impl ChatHub {
    pub fn store(&self, value: Measurement) {
        let _ = value;
    }
}

fn main() {}
