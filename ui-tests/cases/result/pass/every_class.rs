//! Values, results, streams, and their combinations, sync and async.

use std::pin::Pin;
use std::sync::Arc;

use futures_util::stream::{self, BoxStream, Iter};
use signalr::{CallerContext, HubError, ResultExt, Stream, hub};

type Result<T, E = HubError> = std::result::Result<T, E>;

#[derive(Debug)]
struct Busy;

impl From<Busy> for HubError {
    fn from(_: Busy) -> Self {
        Self::visible("busy")
    }
}

struct ChatHub {
    words: Arc<[String]>,
}

#[hub]
impl ChatHub {
    pub fn nothing(&self) {}

    pub async fn nothing_later(&self) {}

    pub fn unit(&self) -> () {}

    pub fn text(&self) -> &'static str {
        "text"
    }

    pub fn shared(&self) -> Option<Vec<&'static str>> {
        None
    }

    pub async fn fallible(&self) -> Result<u32> {
        Err(Busy)?
    }

    pub fn own_error(&self) -> std::result::Result<(), Busy> {
        Err(Busy)
    }

    pub fn hidden(&self, path: String) -> Result<String> {
        std::fs::read_to_string(path).hidden()
    }

    pub fn stream(&self) -> impl Stream<Item = u32> {
        stream::iter(0..3)
    }

    pub async fn stream_later(&self) -> impl Stream<Item = u32> + Send + use<> {
        stream::iter(0..3)
    }

    pub fn borrowing(&self) -> impl Stream<Item = String> {
        stream::iter(self.words.iter().cloned())
    }

    pub fn borrowing_context(&self, cx: &CallerContext<Self>) -> impl Stream<Item = String> {
        stream::iter(
            self.words
                .iter()
                .map(|word| format!("{word} {}", cx.connection_id())),
        )
    }

    pub fn fallible_items(&self) -> impl Stream<Item = Result<u32>> {
        stream::iter([Ok(1), Err(HubError::visible("no more"))])
    }

    pub async fn fallible_stream(&self) -> Result<impl Stream<Item = u32>, Busy> {
        Ok(stream::iter(0..3))
    }

    pub async fn fallible_both(&self) -> Result<impl Stream<Item = Result<u32, Busy>>> {
        Ok(stream::iter([Err(Busy)]))
    }

    #[hub_method(stream)]
    pub fn boxed(&self) -> BoxStream<'static, u32> {
        Box::pin(stream::iter(0..3))
    }

    #[hub_method(stream)]
    pub fn boxed_with_borrow(&self) -> BoxStream<'_, &'static str> {
        Box::pin(stream::iter(["a"]))
    }

    #[hub_method(stream)]
    pub fn boxed_fallible(&self) -> Pin<Box<dyn Stream<Item = Result<u32, Busy>> + Send + '_>> {
        Box::pin(stream::iter([Err(Busy)]))
    }

    #[hub_method(stream)]
    pub async fn named(&self) -> Result<Iter<std::vec::IntoIter<u32>>> {
        Ok(stream::iter(vec![1, 2]))
    }
}

fn main() {}
