use std::sync::Arc;

use signalr::hub;

struct Db;

struct ChatHub;

#[hub]
impl ChatHub {
    pub fn query(
        &self,
        #[inject]
        #[arg]
        db: Arc<Db>,
    ) {
        let _ = db;
    }
}

fn main() {}
