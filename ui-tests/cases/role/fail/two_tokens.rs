use signalr::{CancellationToken, hub};

struct ChatHub;

#[hub]
impl ChatHub {
    pub fn ping(&self, stop: CancellationToken, halt: CancellationToken) {
        let _ = (stop, halt);
    }
}

fn main() {}
