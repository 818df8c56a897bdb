use signalr::hub;

struct Db;

struct ChatHub;

#[hub]
impl ChatHub {
    pub fn query(&self, #[inject] db: Db) {
        let _ = db;
    }
}

fn main() {}
