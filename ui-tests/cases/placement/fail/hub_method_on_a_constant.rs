use signalr::hub;

struct ChatHub;

#[hub]
impl ChatHub {
    #[hub_method]
    const LIMIT: usize = 10;

    pub fn limit(&self) -> usize {
        Self::LIMIT
    }
}

fn main() {}
