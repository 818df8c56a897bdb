use signalr::hub;

struct ChatHub;

#[hub]
impl ChatHub {
    pub unsafe fn poke(&self, address: usize) {
        let _ = address;
    }
}

fn main() {}
