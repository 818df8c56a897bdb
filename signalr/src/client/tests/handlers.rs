use std::sync::Arc;

use tokio::sync::{Notify, mpsc};

use super::peer::{Peer, builder, connected};
use crate::HubConnection;
use crate::contract::{Answer, Received, Receiver};
use crate::protocol::RawArguments;

/// Collects what handlers say.
fn notes() -> (Notes, mpsc::UnboundedReceiver<String>) {
    let (sender, receiver) = mpsc::unbounded_channel();
    (Notes(sender), receiver)
}

#[derive(Clone)]
struct Notes(mpsc::UnboundedSender<String>);

impl Notes {
    fn add(&self, note: impl ToString) {
        self.0.send(note.to_string()).expect("the test still runs");
    }
}

async fn call(peer: &mut Peer, target: &str, arguments: &str) {
    peer.send(&format!(
        r#"{{"type":1,"target":"{target}","arguments":[{arguments}]}}"#
    ))
    .await;
}

#[tokio::test]
async fn handlers_take_up_to_eight_arguments() {
    let (link, mut peer) = connected().await;
    let (notes, mut noted) = notes();
    let none = notes.clone();
    link.on("None", move || none.add("none"));
    let one = notes.clone();
    link.on("One", move |value: Option<i32>| {
        one.add(format!("{value:?}"))
    });
    link.on(
        "Eight",
        move |a: u8, b: u8, c: u8, d: u8, e: u8, f: u8, g: u8, h: u8| {
            notes.add(a + b + c + d + e + f + g + h);
        },
    );
    call(&mut peer, "None", "").await;
    call(&mut peer, "One", "null").await;
    call(&mut peer, "Eight", "1,2,3,4,5,6,7,8").await;
    for expected in ["none", "None", "36"] {
        assert_eq!(noted.recv().await.as_deref(), Some(expected));
    }
}

#[tokio::test]
async fn names_are_compared_without_case() {
    let (link, mut peer) = connected().await;
    let (notes, mut noted) = notes();
    link.on("receiveMESSAGE", move |text: String| notes.add(text));
    call(&mut peer, "ReceiveMessage", r#""hi""#).await;
    assert_eq!(noted.recv().await.as_deref(), Some("hi"));
}

#[tokio::test]
async fn all_handlers_of_a_method_run_in_their_order_until_they_are_removed() {
    let (link, mut peer) = connected().await;
    let (notes, mut noted) = notes();
    let add = |name: &'static str| {
        let notes = notes.clone();
        link.on("Say", move |text: String| {
            notes.add(format!("{name} {text}"))
        })
    };
    let first = add("first");
    add("second");
    add("third");
    call(&mut peer, "Say", r#""a""#).await;
    for expected in ["first a", "second a", "third a"] {
        assert_eq!(noted.recv().await.as_deref(), Some(expected));
    }
    first.remove();
    call(&mut peer, "Say", r#""b""#).await;
    for expected in ["second b", "third b"] {
        assert_eq!(noted.recv().await.as_deref(), Some(expected));
    }
    link.off("say");
    call(&mut peer, "Say", r#""c""#).await;
    add("last");
    // The last handler was added behind the call before this one, or took it: the order shows.
    call(&mut peer, "Say", r#""d""#).await;
    let note = noted.recv().await.expect("a note");
    assert!(note.starts_with("last"), "{note}");
}

#[tokio::test]
async fn arguments_that_do_not_fit_skip_their_handler_alone() {
    let (link, mut peer) = connected().await;
    let (notes, mut noted) = notes();
    let number = notes.clone();
    link.on("Say", move |value: i32| number.add(value));
    link.on("Say", move |value: String| notes.add(value));
    call(&mut peer, "Say", "").await;
    call(&mut peer, "Say", "1,2").await;
    call(&mut peer, "Say", "true").await;
    call(&mut peer, "Say", "1").await;
    call(&mut peer, "Say", r#""x""#).await;
    assert_eq!(noted.recv().await.as_deref(), Some("1"));
    assert_eq!(noted.recv().await.as_deref(), Some("x"));
}

#[tokio::test]
async fn a_call_without_a_handler_is_ignored() {
    let (link, mut peer) = connected().await;
    let (notes, mut noted) = notes();
    link.on("Say", move || notes.add("said"));
    call(&mut peer, "Nothing", "1").await;
    call(&mut peer, "Say", "").await;
    assert_eq!(noted.recv().await.as_deref(), Some("said"));
}

#[tokio::test]
async fn calls_are_handled_one_after_the_other_while_the_connection_goes_on() {
    let (link, mut peer) = connected().await;
    let (notes, mut noted) = notes();
    let gate = Arc::new(Notify::new());
    {
        let (notes, gate) = (notes.clone(), Arc::clone(&gate));
        link.on("Slow", move || {
            let (notes, gate) = (notes.clone(), Arc::clone(&gate));
            async move {
                notes.add("slow begins");
                gate.notified().await;
                notes.add("slow ends");
            }
        });
    }
    link.on("Fast", move || notes.add("fast"));
    call(&mut peer, "Slow", "").await;
    call(&mut peer, "Fast", "").await;
    assert_eq!(noted.recv().await.as_deref(), Some("slow begins"));

    let echo = tokio::spawn(link.invoke::<i32>("Echo", (1,)));
    peer.text().await;
    peer.send(r#"{"type":3,"invocationId":"1","result":1}"#)
        .await;
    let echo = echo.await.expect("no panic");
    assert_eq!(echo.expect("an answer"), 1);
    assert!(noted.try_recv().is_err());

    gate.notify_one();
    assert_eq!(noted.recv().await.as_deref(), Some("slow ends"));
    assert_eq!(noted.recv().await.as_deref(), Some("fast"));
}

#[tokio::test]
async fn a_handler_may_call_the_hub() {
    let (link, mut peer) = connected().await;
    let (notes, mut noted) = notes();
    let weak = link.downgrade();
    link.on("Question", move |number: i32| {
        let (weak, notes) = (weak.clone(), notes.clone());
        async move {
            let link = weak.upgrade().expect("the connection is open");
            let answer = link.invoke::<i32>("Double", (number,)).await;
            notes.add(answer.expect("an answer"));
        }
    });
    call(&mut peer, "Question", "21").await;
    assert_eq!(
        peer.text().await,
        r#"{"type":1,"invocationId":"1","target":"Double","arguments":[21]}"#
    );
    peer.send(r#"{"type":3,"invocationId":"1","result":42}"#)
        .await;
    assert_eq!(noted.recv().await.as_deref(), Some("42"));
}

#[tokio::test]
async fn a_handler_that_panics_harms_nobody() {
    let (link, mut peer) = connected().await;
    let (notes, mut noted) = notes();
    link.on("Say", |number: i32| assert_eq!(number, 0, "by intent"));
    link.on("Say", move |number: i32| notes.add(number));
    call(&mut peer, "Say", "1").await;
    assert_eq!(noted.recv().await.as_deref(), Some("1"));
}

#[tokio::test]
async fn handlers_survive_a_stop_and_a_start() {
    let (builder, mut peers) = builder();
    let link = builder.build().expect("valid settings");
    let (notes, mut noted) = notes();
    link.on("Say", move |text: String| notes.add(text));
    for text in ["one", "two"] {
        let mut peer = peers.accept(&link).await;
        call(&mut peer, "Say", &format!("{text:?}")).await;
        assert_eq!(noted.recv().await.as_deref(), Some(text));
        drop(peer);
        link.stop().await;
    }
}

struct Ears(Notes);

impl Receiver for Ears {
    fn receive(self: Arc<Self>, method: &str, arguments: &RawArguments<'_>) -> Received {
        if !method.eq_ignore_ascii_case("Say") {
            return Received::Unknown;
        }
        let mut reader = arguments.reader(1);
        match reader.next::<String>() {
            Err(error) => Received::Unbound(error),
            Ok(text) => Received::Call(Box::pin(async move {
                self.0.add(format!("receiver {text}"));
                Answer::None
            })),
        }
    }
}

#[tokio::test]
async fn a_receiver_takes_calls_before_handlers_do() {
    let (notes, mut noted) = notes();
    let (builder, mut peers) = builder();
    let link: HubConnection = builder
        .receiver(Ears(notes.clone()))
        .build()
        .expect("valid settings");
    link.on("Say", move |text: String| {
        notes.add(format!("handler {text}"))
    });
    let mut peer = peers.accept(&link).await;
    call(&mut peer, "say", r#""hi""#).await;
    assert_eq!(noted.recv().await.as_deref(), Some("receiver hi"));
    assert_eq!(noted.recv().await.as_deref(), Some("handler hi"));
}
