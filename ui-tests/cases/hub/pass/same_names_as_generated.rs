//! Constants, types and functions of the user with the names that generated code uses inside.

#![allow(non_upper_case_globals, dead_code, non_camel_case_types)]

use ::std::sync::Arc;

use signalr::{Stream, client_interface, hub, hub_interface};

const call: u8 = 0;
const binder: u8 = 0;
const reader: u8 = 0;
const outcome: u8 = 0;
const value: u8 = 0;
const value0: u8 = 0;
static table: u8 = 0;
static names: u8 = 0;
static event: u8 = 0;
const stream: u8 = 0;
const caller: u8 = 0;
const method: u8 = 0;
const arguments: u8 = 0;

struct Ok;
struct Err;
struct Some;
struct None;
struct Option;
struct Result;
struct Box;
struct Contract;
struct Method;
struct Upload;
struct R;
struct T;
struct C;
struct str;

mod core {}
mod std {}

#[client_interface]
trait ChatClient {
    async fn proxy(&self, text: String) -> ::core::result::Result<u32, String>;
    async fn receive(&self, text: String);
}

#[hub_interface]
trait ChatApi {
    fn describe(&self, call_it: String) -> u32;
    fn connected(&self, items: impl Stream<Item = u32>) -> u32;
}

struct ChatHub;

#[hub(client = ChatClient, implements = ChatApi)]
impl ChatHub {
    pub fn describe(&self, call_it: String) -> u32 {
        u32::from(call) + call_it.len() as u32
    }

    pub async fn connected(&self, items: signalr::UploadStream<u32>, service: Arc<T>) -> u32 {
        let _ = (items, service);
        0
    }

    #[on_connected]
    fn disconnected(&self) {}
}

fn main() {
    use signalr::server::Hub;
    assert_eq!(<ChatHub as Hub>::NAME, "ChatHub");
}
