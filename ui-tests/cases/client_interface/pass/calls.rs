//! The proxy sends what the interface says.

use futures_util::FutureExt;
use signalr::client_interface;
use signalr::contract::ClientInterface;
use ui_tests::Recorder;

#[client_interface]
pub trait ChatClient {
    async fn receive_message(&self, user: String, text: String);
    #[hub_method(name = "ask")]
    async fn confirm(&self, question: String) -> bool;
    async fn guess(&self) -> Result<u32, String>;
}

fn main() {
    let recorder = Recorder::default();
    let proxy = <dyn ChatClient as ClientInterface>::proxy(recorder.clone());
    let sent = proxy
        .receive_message("ann".to_owned(), "hi".to_owned())
        .now_or_never();
    assert!(matches!(sent, Some(Ok(()))));
    let answer = proxy.confirm("really?".to_owned()).now_or_never();
    assert!(matches!(answer, Some(Err(_))));
    let _: Option<Result<u32, _>> = proxy.clone().guess().now_or_never();
    assert_eq!(
        recorder.take(),
        [
            r#"send {"type":1,"target":"ReceiveMessage","arguments":["ann","hi"]} 0"#,
            r#"ask {"type":1,"target":"ask","arguments":["really?"]} 0"#,
            r#"ask {"type":1,"target":"Guess","arguments":[]} 0"#,
        ]
    );
    assert!(format!("{proxy:?}").starts_with("ChatClientProxy"));
}
