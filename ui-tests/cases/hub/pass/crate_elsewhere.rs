//! `crate = ..` names where the library is; nothing is looked up.

mod vendored {
    pub use ::signalr as real_time;
}

extern crate signalr as other_name;

use vendored::real_time::{CallerContext, client_interface, hub, hub_interface};

#[client_interface(crate = crate::vendored::real_time)]
pub trait ChatClient {
    async fn receive(&self, text: String);
}

#[hub_interface(crate = ::other_name)]
pub trait ChatApi {
    fn ping(&self);
}

pub struct ChatHub;

#[hub(client = ChatClient, implements = ChatApi, crate = crate::vendored::real_time)]
impl ChatHub {
    pub fn ping(&self, cx: &CallerContext<Self>) {
        let _ = cx;
    }
}

fn main() {}
