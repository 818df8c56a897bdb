use signalr::hub;

struct ChatHub;

#[hub]
impl ChatHub {
    pub fn store(&self, value: impl ToString) {
        drop(value);
    }
}

fn main() {}
