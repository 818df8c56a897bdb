//! The chat in a terminal: two people who type.

use std::net::Ipv4Addr;

use tokio::net::TcpListener;

use super::program::Program;

#[tokio::test]
async fn two_people_talk() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .await
        .expect("a free port");
    let url = format!("http://{}", listener.local_addr().expect("bound"));
    let (app, _) = signalr_chat::app(&[]).expect("a complete chat");
    tokio::spawn(async move { axum::serve(listener, app).await });

    let start = |name| Program::run(env!("CARGO_BIN_EXE_terminal-chat"), &[name, &url]);
    let mut ann = start("ann");
    ann.prints("* this is “lobby”").await;
    let mut bob = start("bob");
    bob.prints("* this is “lobby”").await;
    ann.prints("bob came in.").await;

    ann.types("hello there").await;
    bob.prints("ann: hello there").await;
    bob.types("/whisper ann psst").await;
    ann.prints("bob whispers: psst").await;
    bob.types("/history").await;
    bob.prints("ann: hello there").await;

    for person in [&mut ann, &mut bob] {
        person.types("/enter garden").await;
        person.prints("* this is “garden”").await;
    }
    ann.prints("bob came in.").await;
    bob.types("/end").await;
    ann.prints("? bob wants to end").await;
    ann.types("yes").await;
    bob.prints("the room has ended").await;

    ann.types("/enter").await;
    ann.prints("goes to another room").await;
    ann.types("/whisper nobody hi").await;
    ann.prints("! ").await;
    for mut person in [ann, bob] {
        person.types("/quit").await;
        person.prints("the client stopped the connection").await;
        person.ends().await;
    }
}
