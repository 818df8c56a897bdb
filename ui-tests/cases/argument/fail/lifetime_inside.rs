use std::borrow::Cow;

use signalr::hub;

struct ChatHub;

#[hub]
impl ChatHub {
    pub fn send_message<'a>(&self, text: Cow<'a, str>) {
        let _ = text;
    }
}

fn main() {}
