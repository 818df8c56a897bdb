use std::rc::Rc;

use signalr::hub;

struct ChatHub;

#[hub]
impl ChatHub {
    pub fn shared(&self) -> Rc<()> {
        Rc::new(())
    }
}

fn main() {}
