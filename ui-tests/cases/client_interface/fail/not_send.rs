use std::rc::Rc;

use signalr::client_interface;

#[client_interface]
trait ChatClient {
    async fn receive(&self, text: String);
}

struct Ui;

impl ChatClient for Ui {
    async fn receive(&self, text: String) {
        let local = Rc::new(text);
        std::future::ready(()).await;
        drop(local);
    }
}

fn main() {}
