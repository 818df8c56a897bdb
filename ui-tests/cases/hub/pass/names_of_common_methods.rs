//! Methods and parameters with names that everything has.

use signalr::contract::ClientInterface;
use signalr::{Stream, UploadStream, client_interface, hub, hub_interface};
use ui_tests::Recorder;

#[client_interface]
trait NameClient {
    async fn clone(&self);
    async fn drop(&self, target: String, arguments: u8, __target: u8);
    async fn fmt(&self, method: u32) -> u32;
    async fn into(&self, r#type: String, future: u8, this: u8, receiver: u8);
    async fn default(&self);
    async fn borrow(&self, __self: u8, cx: u8, value: u8) -> u8;
    async fn context(&self, args: (u8, u16), list: Vec<Option<String>>);
}

#[hub_interface]
trait NameApi {
    async fn clone(&self);
    async fn drop(&self, caller: String, arguments: u8, __caller: u8);
    async fn fmt(&self, method: u32) -> u32;
    async fn into(&self, r#type: String, uploads: u8, this: u8);
    async fn default(&self, items: impl Stream<Item = u8>) -> u8;
    fn borrow(&self, __self: u8, cx: u8, value: u8) -> impl Stream<Item = u8>;
}

struct NameHub;

#[hub(client = NameClient, implements = NameApi)]
impl NameHub {
    pub async fn clone(&self) {}

    pub async fn drop(&self, caller: String, arguments: u8, __caller: u8) {
        let _ = (caller, arguments, __caller);
    }

    #[must_use]
    #[inline]
    pub async fn fmt(&self, mut method: u32) -> u32 {
        method += 1;
        method
    }

    pub async fn into(&self, #[allow(unused)] r#type: String, _uploads: u8, _this: u8) {}

    pub async fn default(&self, _items: UploadStream<u8>) -> u8 {
        1
    }

    pub fn borrow(&self, __self: u8, _cx: u8, _value: u8) -> impl Stream<Item = u8> {
        futures_util::stream::iter([__self])
    }
}

fn main() {
    let recorder = Recorder::default();
    let proxy = <dyn NameClient as ClientInterface>::proxy(recorder.clone());
    let _ = proxy.clone();
    let _ = proxy.drop("a".to_owned(), 1, 2);
    let _ = NameApiClient::new(&recorder).fmt(3);
    let _ = NameApiClient::new(&recorder).drop("b".to_owned(), 1, 2);
    assert_eq!(
        recorder.take(),
        [
            r#"send {"type":1,"target":"Clone","arguments":[]} 0"#,
            r#"send {"type":1,"target":"Drop","arguments":["a",1,2]} 0"#,
            r#"invoke {"type":1,"target":"Fmt","arguments":[3]} 0"#,
            r#"invoke {"type":1,"target":"Drop","arguments":["b",1,2]} 0"#,
        ]
    );
}
