use signalr::hub;

struct ChatHub;

#[hub]
impl ChatHub {
    pub fn rename(&mut self, name: String) {
        drop(name);
    }
}

fn main() {}
