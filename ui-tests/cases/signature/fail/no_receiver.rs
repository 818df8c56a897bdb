use signalr::hub;

struct ChatHub;

#[hub]
impl ChatHub {
    #[hub_method]
    pub fn version() -> u32 {
        1
    }
}

fn main() {}
