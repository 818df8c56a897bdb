use std::sync::Arc;

use signalr::hub;

struct Db;

struct ChatHub;

#[hub(inject = explicit)]
impl ChatHub {
    pub fn query(&self, db: Arc<Db>) {
        let _ = db;
    }
}

fn main() {}
