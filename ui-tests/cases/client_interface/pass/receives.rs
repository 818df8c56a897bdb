//! The receiver finds methods without regard to case, binds arguments and answers.

use std::sync::{Arc, Mutex};

use futures_util::FutureExt;
use signalr::client_interface;
use signalr::contract::{Answer, Received, Receiver};
use signalr::protocol::{HubProtocol, Message};

#[client_interface]
pub trait ChatClient {
    async fn receive_message(&self, user: String, text: String);
    async fn confirm(&self, question: String) -> bool;
    async fn guess(&self, limit: u32) -> Result<u32, std::fmt::Error>;
}

#[derive(Default)]
struct Ui {
    seen: Mutex<Vec<String>>,
}

impl ChatClient for Ui {
    async fn receive_message(&self, user: String, text: String) {
        self.seen.lock().unwrap().push(format!("{user}: {text}"));
    }

    async fn confirm(&self, question: String) -> bool {
        question.ends_with('?')
    }

    async fn guess(&self, limit: u32) -> Result<u32, std::fmt::Error> {
        if limit == 0 {
            Err(std::fmt::Error)
        } else {
            Ok(limit / 2)
        }
    }
}

fn main() {
    let receiver = Arc::new(ChatClientReceiver(Ui::default()));
    let call = |method: &str, arguments: &str| {
        let message = format!(r#"{{"type":1,"target":"{method}","arguments":{arguments}}}"#);
        let Ok(Message::Invocation(call)) = HubProtocol::Json.parse(message.as_bytes()) else {
            panic!("not an invocation: {message}");
        };
        Arc::clone(&receiver).receive(&call.target, &call.arguments)
    };
    let answer = |method: &str, arguments: &str| match call(method, arguments) {
        Received::Call(answer) => answer.now_or_never().expect("an answer"),
        other => panic!("{method}: {other:?}"),
    };

    assert!(matches!(
        answer("receivemessage", r#"["ann","hi"]"#),
        Answer::None
    ));
    assert_eq!(*receiver.0.seen.lock().unwrap(), ["ann: hi"]);
    assert!(matches!(
        answer("CONFIRM", r#"["really?"]"#),
        Answer::Value(_)
    ));
    assert!(matches!(answer("Guess", "[8]"), Answer::Value(_)));
    assert!(
        matches!(answer("Guess", "[0]"), Answer::Error(text) if text == std::fmt::Error.to_string())
    );
    assert!(matches!(call("Vanish", "[]"), Received::Unknown));
    assert!(matches!(call("Guess", r#"["x"]"#), Received::Unbound(_)));
    assert!(matches!(call("Guess", "[1,2]"), Received::Unbound(_)));
}
