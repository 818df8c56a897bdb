use signalr::hub;

struct ChatHub;

#[hub]
impl ChatHub {
    #[hub_method(stream)]
    pub fn ticks(&self) -> Vec<u32> {
        vec![1]
    }
}

fn main() {}
