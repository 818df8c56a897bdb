//! Every class of parameter and of result, with a contract and a client interface.

use std::sync::Arc;

use futures_core::Stream;
use futures_util::stream::{self, BoxStream};
use signalr::{
    CallerContext, CancellationToken, ConnectionError, HubError, UploadStream, client_interface,
    hub, hub_interface,
};

#[client_interface]
pub trait ChatClient {
    async fn receive_message(&self, user: String, text: String);
    async fn confirm(&self, question: String) -> bool;
    async fn guess(&self) -> Result<u32, String>;
}

#[hub_interface]
pub trait ChatApi {
    async fn send_message(&self, user: String, text: String);
    #[hub_method(name = "Add")]
    fn add_numbers(&self, a: i64, b: i64) -> i64;
    fn countdown(&self, from: u32) -> impl Stream<Item = u32>;
    async fn total(&self, samples: impl Stream<Item = f64>) -> f64;
}

#[derive(Debug)]
pub struct Audit;

pub trait Sink: Send + Sync {
    fn put(&self, text: &str);
}

#[derive(Debug)]
pub struct ChatError;

impl From<ChatError> for HubError {
    fn from(_: ChatError) -> Self {
        Self::visible("chat")
    }
}

#[derive(Debug)]
pub struct ChatHub;

#[hub(client = ChatClient, implements = ChatApi)]
impl ChatHub {
    pub fn new() -> Self {
        Self
    }

    #[on_connected]
    async fn joined(&self, cx: &CallerContext<Self>, audit: Arc<Audit>) -> Result<(), HubError> {
        let _ = audit;
        cx.groups().add("lobby").await?;
        Ok(())
    }

    pub async fn send_message(
        &self,
        cx: &CallerContext<Self>,
        audit: Arc<Audit>,
        user: String,
        text: String,
    ) -> Result<(), ChatError> {
        let _ = audit;
        let _ = cx
            .clients()
            .group("lobby")
            .receive_message(user, text)
            .await;
        let _ = cx.clients().caller().confirm("really?".to_owned()).await;
        Ok(())
    }

    pub fn add_numbers(&self, a: i64, b: i64) -> i64 {
        a + b
    }

    pub fn countdown(&self, from: u32, stop: CancellationToken) -> impl Stream<Item = u32> {
        let _ = stop;
        stream::iter((0..from).rev())
    }

    pub async fn total(
        &self,
        samples: UploadStream<f64>,
        #[inject(key = "metrics")] to: Arc<dyn Sink>,
    ) -> f64 {
        let _ = samples;
        to.put("total");
        0.0
    }

    #[hub_method(extra)]
    pub async fn ban(&self, mut user: String) -> String {
        user.push('!');
        user
    }

    #[hub_method(extra)]
    fn fallible_items(&self) -> impl Stream<Item = Result<u32, ChatError>> {
        stream::iter([Ok(1), Err(ChatError)])
    }

    #[hub_method(extra)]
    async fn fallible_stream(&self, n: u32) -> Result<impl Stream<Item = u32>, ChatError> {
        if n == 0 {
            Err(ChatError)
        } else {
            Ok(stream::iter(0..n))
        }
    }

    #[hub_method(extra)]
    fn fallible_both(
        &self,
        n: u32,
    ) -> Result<impl Stream<Item = Result<u32, HubError>>, ChatError> {
        if n == 0 {
            Err(ChatError)
        } else {
            Ok(stream::iter((0..n).map(Ok)))
        }
    }

    #[hub_method(extra, stream)]
    fn named(&self) -> BoxStream<'static, u32> {
        Box::pin(stream::iter(0..3))
    }

    #[hub_method(extra, stream)]
    fn named_fallible(&self) -> BoxStream<'static, Result<u32, ChatError>> {
        Box::pin(stream::iter([Ok(1)]))
    }

    #[hub_method(extra)]
    fn borrowing<'a>(&'a self, cx: &'a CallerContext<Self>) -> impl Stream<Item = String> + 'a {
        stream::iter([cx.connection_id().to_owned()])
    }

    #[hub_method(extra)]
    fn shared_text(&self, #[arg] tags: Vec<String>) -> &'static str {
        let _ = tags;
        "static"
    }

    #[hub_method(skip)]
    pub fn hidden(&self, anything: &mut Vec<*const u8>) {
        anything.clear();
    }

    pub(crate) fn internal<T>(&self, anything: T) -> T {
        anything
    }

    #[on_disconnected]
    async fn left(&self, cx: &CallerContext<Self>, cause: Option<&ConnectionError>) {
        let _ = (cx, cause);
    }
}

fn main() {
    let hub = ChatHub::new();
    hub.hidden(&mut Vec::new());
    hub.internal(0);
}
