use std::sync::Arc;

use super::{Fleet, to_one};
use crate::error::ClientResultError;
use crate::protocol::RawValue;
use crate::server::lifetime::{Answered, EncodedMessage, LifetimeManager, RawAnswer};

/// A server asks a client `Name()`.
async fn ask(server: Arc<dyn LifetimeManager>, id: &str) -> Result<RawAnswer, ClientResultError> {
    let to = to_one(id);
    let question = server.next_question();
    let message = EncodedMessage::invocation(server.protocols(&to), Some(&question), "Name", &[])
        .expect("no arguments");
    server.ask(id.into(), question, message).await
}

fn text(answer: Result<RawAnswer, ClientResultError>) -> String {
    match answer {
        Ok(RawAnswer::Value(protocol, bytes)) => RawValue::new(protocol, &bytes)
            .decode()
            .expect("a text in the client's protocol"),
        other => panic!("{other:?}"),
    }
}

pub(super) async fn an_answer_comes_back(fleet: Fleet) {
    for asker in [0, 1] {
        for holder in [0, 1] {
            let mut client = fleet.client(holder, "c").await;
            let asking = tokio::spawn({
                let server = Arc::clone(fleet.server(asker));
                async move { ask(server, "c").await }
            });
            let (question, call) = client.question().await;
            assert_eq!(call, "Name()");
            assert_eq!(client.answer(&question, "Bob"), Answered::Taken);
            assert_eq!(text(asking.await.expect("no panic")), "Bob");
            assert_eq!(client.answer(&question, "Bob"), Answered::Unknown);
            client.leave().await;
        }
    }
}

pub(super) async fn an_error_comes_back(fleet: Fleet) {
    let mut client = fleet.client(1, "c").await;
    let asking = ask(Arc::clone(fleet.server(0)), "c");
    let answering = async {
        let (question, _) = client.question().await;
        client.fail(&question, "not today")
    };
    let (answer, answered) = tokio::join!(asking, answering);
    assert_eq!(answered, Answered::Taken);
    match answer {
        Ok(RawAnswer::Error(text)) => assert_eq!(text, "not today"),
        other => panic!("{other:?}"),
    }
}

pub(super) async fn answers_find_their_questions(fleet: Fleet) {
    let mut client = fleet.client(1, "c").await;
    let asking: Vec<_> = (0..20)
        .map(|number| tokio::spawn(ask_for(Arc::clone(fleet.server(number % 2)), number)))
        .collect();
    let mut questions = Vec::new();
    for _ in 0..asking.len() {
        questions.push(client.question().await);
    }
    for (question, call) in questions.into_iter().rev() {
        assert_eq!(client.answer(&question, &call), Answered::Taken);
    }
    for (number, asked) in asking.into_iter().enumerate() {
        assert_eq!(
            text(asked.await.expect("no panic")),
            format!("Name({number})")
        );
    }
}

async fn ask_for(
    server: Arc<dyn LifetimeManager>,
    number: usize,
) -> Result<RawAnswer, ClientResultError> {
    let to = to_one("c");
    let question = server.next_question();
    let message =
        EncodedMessage::invocation(server.protocols(&to), Some(&question), "Name", &[&number])
            .expect("a number");
    server.ask("c".into(), question, message).await
}

pub(super) async fn a_connection_that_is_nowhere_is_not_asked(fleet: Fleet) {
    let answer = ask(Arc::clone(fleet.server(0)), "nobody").await;
    assert!(
        matches!(&answer, Err(ClientResultError::UnknownConnection(id)) if id == "nobody"),
        "{answer:?}"
    );
}

pub(super) async fn a_client_that_leaves_answers_with_an_error(fleet: Fleet) {
    for holder in [0, 1] {
        let mut client = fleet.client(holder, "c").await;
        let asking = tokio::spawn(ask(Arc::clone(fleet.server(0)), "c"));
        client.question().await;
        client.leave().await;
        match asking.await.expect("no panic") {
            // From another server it can only come as the client's own error.
            Err(ClientResultError::Disconnected(_)) => {}
            Ok(RawAnswer::Error(text)) => assert_eq!(text, "Connection disconnected."),
            other => panic!("{other:?}"),
        }
    }
}

pub(super) async fn only_the_connection_that_was_asked_may_answer(fleet: Fleet) {
    let mut asked = fleet.client(1, "c").await;
    let other = fleet.client(1, "other").await;
    let asking = tokio::spawn(ask(Arc::clone(fleet.server(0)), "c"));
    let (question, _) = asked.question().await;
    assert_eq!(other.answer(&question, "Eve"), Answered::WrongConnection);
    assert_eq!(asked.answer(&question, "Bob"), Answered::Taken);
    assert_eq!(text(asking.await.expect("no panic")), "Bob");
}

pub(super) async fn a_question_can_be_given_up(fleet: Fleet) {
    let mut client = fleet.client(1, "c").await;
    let asking = tokio::spawn(ask(Arc::clone(fleet.server(0)), "c"));
    let (question, _) = client.question().await;
    asking.abort();
    let _ = asking.await;
    // Whether the client's server knows of it depends on the backend; nothing breaks.
    let _ = client.answer(&question, "Bob");
    fleet.expect(0, &mut client, &[]).await;
}
