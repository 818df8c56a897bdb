use std::cell::Cell;
use std::sync::Arc;

use signalr::hub;

struct ChatHub;

#[hub]
impl ChatHub {
    pub fn query(&self, db: Arc<Cell<u8>>) {
        let _ = db;
    }
}

fn main() {}
