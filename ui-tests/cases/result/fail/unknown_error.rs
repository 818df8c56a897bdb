use std::io;

use signalr::hub;

struct ChatHub;

#[hub]
impl ChatHub {
    pub fn read(&self, path: String) -> Result<String, io::Error> {
        std::fs::read_to_string(path)
    }
}

fn main() {}
