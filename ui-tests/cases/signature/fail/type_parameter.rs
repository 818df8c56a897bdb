use signalr::hub;

struct ChatHub;

#[hub]
impl ChatHub {
    pub fn store<T>(&self, value: T) {
        drop(value);
    }
}

fn main() {}
