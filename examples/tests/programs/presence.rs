use super::program::{Inbox, Program, inbox, soon};
use signalr::HubConnection;

async fn arrive(program: &Program, user: &str) -> (HubConnection, Inbox<String>) {
    let link = program.connection(&format!("/presence?user={user}"));
    let (note, notes) = inbox();
    let noted = note.clone();
    link.on("Came", move |user: String| note(format!("{user} came")));
    link.on("Went", move |user: String| noted(format!("{user} went")));
    soon(link.start()).await.expect("it connects");
    (link, notes)
}

#[tokio::test]
async fn the_first_connection_comes_and_the_last_one_goes() {
    let program = Program::start(env!("CARGO_BIN_EXE_presence")).await;
    let (ann, mut seen) = arrive(&program, "ann").await;
    let (bob, _) = arrive(&program, "bob").await;
    assert_eq!(seen.next().await, "bob came");
    let (bob_again, _) = arrive(&program, "bob").await;

    let is_online = async |user| {
        let answer = ann.invoke::<bool>("IsOnline", (user,));
        soon(answer).await.expect("an answer")
    };
    let connections = async || {
        let answer = ann.invoke::<Vec<String>>("ConnectionsOf", ("bob",));
        soon(answer).await.expect("an answer")
    };
    assert!(is_online("bob").await && !is_online("eve").await);
    let mut both = connections().await;
    both.sort();
    let mut ids = [&bob, &bob_again].map(|link| link.connection_id().expect("connected"));
    ids.sort();
    assert_eq!(both, ids);
    let page = program.request("GET", "/online", "").await;
    assert!(page.ends_with(r#"["ann","bob"]"#), "{page}");

    bob.stop().await;
    while connections().await.len() > 1 {}
    bob_again.stop().await;
    assert_eq!(seen.next().await, "bob went");
    while is_online("bob").await {}
}
