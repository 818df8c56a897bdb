//! Questions to clients: their permits, and how they fail.

use serde_json::{Value, json};
use signalr::ClientResultError;
use tokio::task::yield_now;

use super::lab::{Joining, Lab, LabHub};
use super::peer::Peer;

fn answer(question: &Value, result: &str) -> Value {
    json!({"type": 3, "invocationId": question["invocationId"], "result": result})
}

async fn settle() {
    for _ in 0..100 {
        yield_now().await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_that_asks_lets_one_other_run_and_no_more() {
    let mut lab = Lab::new();
    let mut peer = Peer::connect(&lab).await;
    peer.call("1", "Ask", json!(["?"])).await;
    let question = peer.next().await.expect("a question");
    peer.call("2", "Wait", json!([])).await;
    assert_eq!(lab.seen().await, "waiting");
    // The first call has given its permit away; its end does not give a second one.
    peer.send(&answer(&question, "yes")).await;
    assert_eq!(peer.completion("1").await["result"], "yes");
    peer.call("3", "NoteDown", json!(["third"])).await;
    settle().await;
    assert!(lab.log.is_empty(), "the second call still has the permit");
    lab.gate.add_permits(1);
    assert_eq!(lab.seen().await, "waited");
    assert_eq!(lab.seen().await, "third");
    // And none is lost: one call at a time, still.
    peer.call("4", "Wait", json!([])).await;
    assert_eq!(lab.seen().await, "waiting");
    peer.call("5", "NoteDown", json!(["fifth"])).await;
    settle().await;
    assert!(lab.log.is_empty());
    lab.gate.add_permits(1);
    assert_eq!(lab.seen().await, "waited");
    assert_eq!(lab.seen().await, "fifth");
}

#[tokio::test(start_paused = true)]
async fn many_calls_of_one_client_may_all_ask() {
    let lab = Lab::new();
    let mut peer = Peer::connect(&lab).await;
    let mut questions = Vec::new();
    for id in 0..50 {
        peer.call(&id.to_string(), "Ask", json!(["?"])).await;
        questions.push(peer.next().await.expect("a question"));
    }
    for (id, question) in questions.iter().enumerate().rev() {
        peer.send(&answer(question, &format!("answer {id}"))).await;
        let end = peer.next().await.expect("an answer");
        assert_eq!(end["invocationId"], id.to_string());
        assert_eq!(end["result"], format!("answer {id}"));
    }
}

#[tokio::test(start_paused = true)]
async fn who_has_left_cannot_be_asked() {
    let mut lab = Lab::joining(Joining::AskTooLate);
    let mut peer = Peer::connect(&lab).await;
    let id = peer.ask("1", "ConnectionId", json!([])).await["result"].clone();
    let id = id.as_str().expect("an id");
    peer.close().await;
    assert_eq!(
        lab.seen().await,
        format!("IOException: Connection '{id}' disconnected.")
    );
}

#[tokio::test(start_paused = true)]
async fn questions_from_outside_fail_as_those_of_methods_do() {
    let lab = Lab::new();
    let clients = lab.signalr.context::<LabHub>().clients();
    let nobody = clients.client("nobody").invoke::<String>("Answer", ());
    assert_eq!(
        nobody.await.expect_err("nobody").to_string(),
        "Connection 'nobody' does not exist."
    );
    let mut peer = Peer::connect(&lab).await;
    let id = peer.ask("1", "ConnectionId", json!([])).await["result"].clone();
    let id = id.as_str().expect("an id").to_owned();
    let ask = |clients: &signalr::server::HubClients<LabHub>| {
        tokio::spawn(clients.client(&id).invoke::<i32>("Answer", ("?",)))
    };

    let asked = ask(&clients);
    let question = peer.next().await.expect("a question");
    peer.send(&answer(&question, "text")).await;
    let error = asked.await.expect("no panic").expect_err("no number");
    assert!(
        error
            .to_string()
            .starts_with("Error trying to deserialize result to Int32. "),
        "{error}"
    );
    assert_eq!(error.kind(), "HubException");

    let asked = ask(&clients);
    let question = peer.next().await.expect("a question");
    peer.send(&json!({"type": 3, "invocationId": question["invocationId"], "error": "not now"}))
        .await;
    let error = asked.await.expect("no panic").expect_err("an error");
    assert!(matches!(&error, ClientResultError::Client(text) if text == "not now"));

    let asked = ask(&clients);
    peer.next().await.expect("a question");
    peer.close().await;
    let error = asked.await.expect("no panic").expect_err("gone");
    assert_eq!(
        error.to_string(),
        format!("Connection '{id}' disconnected.")
    );
}

#[tokio::test(start_paused = true)]
async fn a_question_that_nobody_waits_for_is_forgotten() {
    let lab = Lab::new();
    let mut peer = Peer::connect(&lab).await;
    let id = peer.ask("1", "ConnectionId", json!([])).await["result"].clone();
    let clients = lab.signalr.context::<LabHub>().clients();
    let asked = tokio::spawn(
        clients
            .client(id.as_str().expect("an id"))
            .invoke::<String>("Answer", ("?",)),
    );
    let question = peer.next().await.expect("a question");
    asked.abort();
    assert!(asked.await.expect_err("aborted").is_cancelled());
    for _ in 0..2 {
        peer.send(&answer(&question, "late")).await;
    }
    assert_eq!(peer.ask("2", "Echo", json!(["x"])).await["result"], "x");
}
