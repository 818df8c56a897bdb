use super::program::{Inbox, Program, inbox, soon};
use signalr::HubConnection;

async fn open(program: &Program, user: &str) -> (HubConnection, Inbox<(String, String)>) {
    let link = program.connection(&format!("/drafts?user={user}"));
    let (put, drafts) = inbox();
    link.on("Changed", move |author: String, text: String| {
        put((author, text))
    });
    soon(link.start()).await.expect("it connects");
    (link, drafts)
}

fn by_ann(text: &str) -> (String, String) {
    ("ann".to_owned(), text.to_owned())
}

#[tokio::test]
async fn the_screens_of_a_user_follow_each_other() {
    let program = Program::start(env!("CARGO_BIN_EXE_user-groups")).await;
    let (desk, mut on_desk) = open(&program, "ann").await;
    let (phone, mut on_phone) = open(&program, "ann").await;
    let (_bob, mut at_bobs) = open(&program, "bob").await;
    let call = async |link: &HubConnection, method: &str, text: &str| {
        let done = link.invoke::<()>(method, (text.to_owned(),));
        soon(done).await.expect("it is done");
    };
    call(&desk, "Write", "Dear Bob").await;
    assert_eq!(on_phone.next().await, by_ann("Dear Bob"));
    call(&phone, "Write", "Dear Bob,").await;
    // Its own words did not come back to the desk.
    assert_eq!(on_desk.next().await, by_ann("Dear Bob,"));

    let (_laptop, mut on_laptop) = open(&program, "ann").await;
    assert_eq!(on_laptop.next().await, by_ann("Dear Bob,"));

    call(&desk, "Share", "bob").await;
    assert_eq!(at_bobs.next().await, by_ann("Dear Bob,"));
    call(&desk, "Write", "Dear Bob, good night.").await;
    assert_eq!(at_bobs.next().await, by_ann("Dear Bob, good night."));
}

#[tokio::test]
async fn nobody_in_particular_is_refused() {
    let program = Program::start(env!("CARGO_BIN_EXE_user-groups")).await;
    let link = program.connection("/drafts");
    let (put, mut closed) = inbox();
    link.on_closed(move |reason| put(format!("{reason:?}")));
    // The refusal may come before the start is done, or after it.
    let _ = soon(link.start()).await;
    let reason = closed.next().await;
    assert!(reason.contains("Say who you are"), "{reason}");
}
