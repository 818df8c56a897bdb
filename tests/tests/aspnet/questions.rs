//! Client results: what the hub asks, and what the client answers.

use signalr::HubConnection;

use crate::place::everywhere;

async fn ask(link: &HubConnection, question: &str) -> String {
    link.invoke("AskCatch", (question,)).await.expect("text")
}

#[tokio::test]
async fn the_hub_gets_an_answer_in_the_middle_of_a_call() {
    everywhere(async |at| {
        let link = at.connect("/hub").await;
        link.answer("Answer", |question: String| async move {
            tokio::task::yield_now().await;
            format!("{question}!")
        })
        .expect("the only one");
        assert_eq!(ask(&link, "who").await, "who!");
        let both: String = link.invoke("AskTwice", ()).await.expect("text");
        assert_eq!(both, "first!,second!");
        link.stop().await;
    })
    .await;
}

#[tokio::test]
async fn an_answer_may_be_an_error() {
    everywhere(async |at| {
        let link = at.connect("/hub").await;
        let answer = |_: String| Err::<String, _>("I will not say");
        link.try_answer("Answer", answer).expect("the only one");
        let said = ask(&link, "who").await;
        assert!(said.contains("I will not say"), "{said}");
        link.stop().await;
    })
    .await;
}

#[tokio::test]
async fn a_question_that_nobody_answers_is_answered_so() {
    everywhere(async |at| {
        let link = at.connect("/hub").await;
        let said = ask(&link, "who").await;
        assert!(said.contains("Client didn't provide a result."), "{said}");
        link.on("Answer", |_: String| {});
        let said = ask(&link, "who").await;
        assert!(said.contains("Client didn't provide a result."), "{said}");
        link.stop().await;
    })
    .await;
}

#[tokio::test]
async fn another_connection_can_be_asked() {
    everywhere(async |at| {
        let asking = at.connect("/hub").await;
        let asked = at.connect("/hub").await;
        asked
            .answer("Answer", |question: String| format!("{question} one"))
            .expect("the only one");
        let id = asked.connection_id().expect("an id");
        let said: String = asking.invoke("AskOther", (id,)).await.expect("text");
        assert_eq!(said, "other one");
        asking.stop().await;
        asked.stop().await;
    })
    .await;
}

#[tokio::test]
async fn an_answer_of_the_wrong_type_is_the_hubs_to_handle() {
    everywhere(async |at| {
        let link = at.connect("/hub").await;
        link.answer("Answer", |_: String| "no number")
            .expect("the only one");
        let said: String = link.invoke("AskNumberCatch", ()).await.expect("text");
        assert!(!said.starts_with("got"), "{said}");
        assert_eq!(link.invoke::<i32>("Add", (1, 2)).await.expect("a sum"), 3);
        link.stop().await;
    })
    .await;
}
