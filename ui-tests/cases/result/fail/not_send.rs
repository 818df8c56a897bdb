use std::rc::Rc;

use signalr::hub;

struct ChatHub;

#[hub]
impl ChatHub {
    pub async fn wait(&self) {
        let local = Rc::new(());
        std::future::ready(()).await;
        drop(local);
    }
}

fn main() {}
