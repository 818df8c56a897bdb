use std::sync::Arc;

use signalr::{CallerContext, hub};

struct Db;
struct ChatHub;

#[hub(clients = ChatClient, crate = signalr)]
impl ChatHub {
    pub fn rename(&mut self, name: String) {
        drop(name);
    }

    pub fn store<T>(&self, value: T) {
        drop(value);
    }

    #[hub_method(name = "")]
    pub fn send(&self, text: &str, (x, y): (f64, f64)) {
        let _ = (text, x, y);
    }

    pub fn query(
        &self,
        cx: &CallerContext<Self>,
        again: &CallerContext<Self>,
        #[inject] db: Db,
    ) -> &str {
        let _ = (cx, again, db);
        ""
    }

    #[on_connected]
    async fn joined(&self, room: String, db: Arc<Db>) -> bool {
        let _ = (room, db);
        true
    }

    pub fn sound(&self, db: Db) {
        let _ = db;
    }
}

fn main() {}
