//! The client calls what the contract says, by its wire names, and uploads its streams.

use futures_util::{FutureExt, stream};
use signalr::{Stream, hub_interface};
use ui_tests::Recorder;

#[hub_interface]
pub trait ChatApi {
    async fn send_message(&self, user: String, text: String);
    #[hub_method(name = "Add")]
    fn add_numbers(&self, a: i64, b: i64) -> i64;
    fn countdown(&self, from: u32) -> impl Stream<Item = u32>;
    async fn total(
        &self,
        unit: String,
        samples: impl Stream<Item = f64>,
        more: impl Stream<Item = f64>,
    ) -> f64;
    #[hub_method(name = "New")]
    fn create(&self);
}

fn main() {
    let recorder = Recorder::default();
    let chat = ChatApiClient::new(&recorder);
    let _: Option<Result<(), _>> = chat
        .send_message("ann".to_owned(), "hi".to_owned())
        .now_or_never();
    let _: Option<Result<i64, _>> = chat.clone().add_numbers(1, 2).now_or_never();
    assert!(
        chat.countdown(3)
            .now_or_never()
            .is_some_and(|started| started.is_err())
    );
    drop(chat.total("s".to_owned(), stream::iter([1.0]), stream::iter([2.0])));
    drop(chat.notify().create());
    drop(
        chat.notify()
            .total("s".to_owned(), stream::empty(), stream::empty()),
    );
    assert_eq!(
        recorder.take(),
        [
            r#"invoke {"type":1,"target":"SendMessage","arguments":["ann","hi"]} 0"#,
            r#"invoke {"type":1,"target":"Add","arguments":[1,2]} 0"#,
            r#"stream {"type":1,"target":"Countdown","arguments":[3]} 0"#,
            r#"invoke {"type":1,"target":"Total","arguments":["s"]} 2"#,
            r#"notify {"type":1,"target":"New","arguments":[]} 0"#,
            r#"notify {"type":1,"target":"Total","arguments":["s"]} 2"#,
        ]
    );
}
