use signalr::hub;

struct ChatHub;

#[hub]
impl ChatHub {
    pub fn store<const N: usize>(&self, values: Vec<u8>) {
        drop(values);
    }
}

fn main() {}
