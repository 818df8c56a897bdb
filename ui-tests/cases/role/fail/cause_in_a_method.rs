use signalr::{ConnectionError, hub};

struct ChatHub;

#[hub]
impl ChatHub {
    pub fn ping(&self, cause: Option<&ConnectionError>) {
        let _ = cause;
    }
}

fn main() {}
