use std::io;

use signalr::hub;

struct ChatHub;

#[hub]
impl ChatHub {
    #[on_connected]
    async fn joined(&self) -> Result<(), io::Error> {
        Ok(())
    }
}

fn main() {}
