//! A hub may have type and const parameters, and its methods may name what hangs on them.

use std::marker::PhantomData;

use serde::Serialize;
use serde::de::DeserializeOwned;
use signalr::{CallerContext, client_interface, hub, hub_interface};

#[client_interface]
pub trait ChatClient {
    async fn receive(&self, text: String);
}

#[hub_interface]
pub trait ChatApi {
    fn ping(&self) -> u32;
}

pub trait Kind: Send + Sync + 'static {
    type Message: Serialize + DeserializeOwned + Send + Sync;
}

pub struct Texts;

impl Kind for Texts {
    type Message = String;
}

pub struct ChatHub<K, const LIMIT: usize>(PhantomData<K>);

#[hub(client = ChatClient, implements = ChatApi)]
impl<K: Kind, const LIMIT: usize> ChatHub<K, LIMIT>
where
    K::Message: Clone,
{
    pub fn ping(&self) -> u32 {
        1
    }

    #[hub_method(extra)]
    pub async fn echo(&self, cx: &CallerContext<Self>, message: K::Message) -> K::Message {
        let _ = cx.clients().caller().receive("echo".to_owned()).await;
        message.clone()
    }
}

fn is_hub<H: signalr::server::Hub>() {}

fn main() {
    is_hub::<ChatHub<Texts, 10>>();
}
