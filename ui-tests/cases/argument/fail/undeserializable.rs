use signalr::hub;

struct Db;

struct ChatHub;

#[hub]
impl ChatHub {
    pub fn query(&self, db: Db, text: String) {
        let _ = (db, text);
    }
}

fn main() {}
