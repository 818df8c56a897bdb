use signalr::hub;

struct ChatHub;

#[hub]
impl ChatHub {
    pub fn ping(&self) -> u32 {
        let broken = ;
        1
    }

    pub fn pong(&self) -> u32 {
        self.ping()
    }
}

fn main() {}
