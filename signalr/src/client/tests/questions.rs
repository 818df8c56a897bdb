use std::sync::Arc;

use tokio::sync::Notify;

use super::peer::{Peer, connected};

/// What the client answers to a question.
async fn ask(peer: &mut Peer, target: &str, arguments: &str) -> String {
    peer.send(&format!(
        r#"{{"type":1,"invocationId":"s1","target":"{target}","arguments":[{arguments}]}}"#
    ))
    .await;
    peer.text().await
}

fn result(value: &str) -> String {
    format!(r#"{{"type":3,"invocationId":"s1","result":{value}}}"#)
}

fn error(text: &str) -> String {
    format!(r#"{{"type":3,"invocationId":"s1","error":"{text}"}}"#)
}

#[tokio::test]
async fn a_handler_answers_now_or_later() {
    let (link, mut peer) = connected().await;
    link.answer("Double", |number: i32| 2 * number)
        .expect("the first");
    link.answer("Later", |text: String| async move {
        tokio::task::yield_now().await;
        format!("{text}!")
    })
    .expect("the first");
    link.answer("Nothing", || None::<i32>).expect("the first");
    assert_eq!(ask(&mut peer, "Double", "21").await, result("42"));
    assert_eq!(ask(&mut peer, "later", r#""hi""#).await, result(r#""hi!""#));
    assert_eq!(ask(&mut peer, "Nothing", "").await, result("null"));
}

#[tokio::test]
async fn a_handlers_error_is_the_answer() {
    let (link, mut peer) = connected().await;
    link.try_answer("Parse", |text: String| text.parse::<i32>())
        .expect("the first");
    link.try_answer("Later", |fail: bool| async move {
        if fail { Err("no") } else { Ok("yes") }
    })
    .expect("the first");
    assert_eq!(ask(&mut peer, "Parse", r#""7""#).await, result("7"));
    assert_eq!(
        ask(&mut peer, "Parse", r#""x""#).await,
        error("invalid digit found in string")
    );
    assert_eq!(ask(&mut peer, "Later", "true").await, error("no"));
    assert_eq!(ask(&mut peer, "Later", "false").await, result(r#""yes""#));
}

#[tokio::test]
async fn what_cannot_be_answered_says_why() {
    let (link, mut peer) = connected().await;
    link.on("Say", |_: String| {});
    link.answer("Double", |number: i32| 2 * number)
        .expect("the first");
    link.answer("Panic", || -> i32 { panic!("by intent") })
        .expect("the first");
    link.answer("Unwritable", || {
        std::collections::HashMap::from([((1, 2), 3)])
    })
    .expect("the first");
    let missing = error("Client didn't provide a result.");
    assert_eq!(ask(&mut peer, "Unknown", "1").await, missing);
    assert_eq!(ask(&mut peer, "Say", r#""hi""#).await, missing);
    let misfit = error("Client failed to parse argument(s).");
    assert_eq!(ask(&mut peer, "Double", r#""x""#).await, misfit);
    assert_eq!(ask(&mut peer, "Double", "").await, misfit);
    assert_eq!(
        ask(&mut peer, "Panic", "").await,
        error("The client's handler panicked.")
    );
    assert_eq!(
        ask(&mut peer, "Unwritable", "").await,
        error("key must be a string")
    );
}

#[tokio::test]
async fn only_one_handler_of_a_method_may_answer() {
    let (link, mut peer) = connected().await;
    let one = link.answer("Name", || "one").expect("the first");
    let refused = link.answer("name", || "two").expect_err("the second");
    assert_eq!(
        refused.to_string(),
        "'name' already has a value returning handler. Multiple return values are not supported."
    );
    link.on("Name", || {});
    assert_eq!(ask(&mut peer, "Name", "").await, result(r#""one""#));
    one.remove();
    link.answer("Name", || "two").expect("the first is gone");
    assert_eq!(ask(&mut peer, "Name", "").await, result(r#""two""#));
}

#[tokio::test]
async fn a_question_that_waits_holds_up_nothing() {
    let (link, mut peer) = connected().await;
    let gate = Arc::new(Notify::new());
    {
        let gate = Arc::clone(&gate);
        link.answer("Slow", move || {
            let gate = Arc::clone(&gate);
            async move {
                gate.notified().await;
                "at last"
            }
        })
        .expect("the first");
    }
    link.answer("Fast", || "at once").expect("the first");
    peer.send(r#"{"type":1,"invocationId":"s0","target":"Slow","arguments":[]}"#)
        .await;
    assert_eq!(ask(&mut peer, "Fast", "").await, result(r#""at once""#));
    gate.notify_one();
    assert_eq!(
        peer.text().await,
        r#"{"type":3,"invocationId":"s0","result":"at last"}"#
    );
}

#[tokio::test]
async fn a_result_that_nobody_wants_is_dropped() {
    let (link, mut peer) = connected().await;
    link.answer("Double", |number: i32| 2 * number)
        .expect("the first");
    peer.send(r#"{"type":1,"target":"Double","arguments":[1]}"#)
        .await;
    assert_eq!(ask(&mut peer, "Double", "21").await, result("42"));
}
