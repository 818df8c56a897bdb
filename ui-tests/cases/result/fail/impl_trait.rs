use signalr::hub;

struct ChatHub;

#[hub]
impl ChatHub {
    pub fn name(&self) -> impl std::fmt::Display {
        "chat"
    }
}

fn main() {}
