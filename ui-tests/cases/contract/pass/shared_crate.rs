//! A hub with the contract of another crate, which knows the library by another name and without its features.

use contract_fixture::{ChatApi, ChatApiClient, ChatClient};
use futures_util::stream;
use signalr::contract::HubInterface;
use signalr::{CallerContext, HubError, Stream, UploadStream, hub};
use ui_tests::Recorder;

struct ChatHub;

#[hub(client = ChatClient, implements = ChatApi)]
impl ChatHub {
    pub async fn send_message(
        &self,
        cx: &CallerContext<Self>,
        user: String,
        text: String,
    ) -> Result<(), HubError> {
        cx.clients().all().receive_message(user, text).await?;
        Ok(())
    }

    pub async fn add_numbers(&self, a: i64, b: i64) -> Result<i64, HubError> {
        a.checked_add(b)
            .ok_or_else(|| HubError::visible("too large"))
    }

    pub fn countdown(
        &self,
        from: u32,
    ) -> Result<impl Stream<Item = Result<u32, HubError>>, HubError> {
        Ok(stream::iter((0..from).rev().map(Ok)))
    }

    pub async fn total(&self, samples: UploadStream<f64>) -> f64 {
        let _ = samples;
        0.0
    }
}

fn main() {
    let names = <dyn ChatApi as HubInterface>::METHODS;
    assert_eq!(
        names.iter().find(|(method, _)| *method == "add_numbers"),
        Some(&("add_numbers", "Add"))
    );
    let _ = ChatApiClient::new(&Recorder::default()).add_numbers(1, 2);
}
