//! The chat in a terminal: two people who type.

mod program;

use std::net::Ipv4Addr;

use program::Program;
use tokio::net::TcpListener;

#[tokio::test]
async fn two_people_talk() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .await
        .expect("a free port");
    let url = format!("http://{}", listener.local_addr().expect("bound"));
    let app = signalr_chat::app(&[]).expect("a complete chat");
    tokio::spawn(async move { axum::serve(listener, app).await });

    let start = |name| Program::start(env!("CARGO_BIN_EXE_terminal-chat"), &[name, &url]);
    let mut ann = start("ann");
    ann.says("connected").await;
    ann.says("here: ann").await;
    let mut bob = start("bob");
    bob.says("connected").await;
    ann.says("bob came in.").await;

    ann.types("hello there").await;
    bob.says("ann: hello there").await;
    bob.types("/whisper ann psst").await;
    ann.says("bob whispers: psst").await;
    bob.types("/history").await;
    bob.says("ann: hello there").await;

    for person in [&mut ann, &mut bob] {
        person.types("/enter garden").await;
    }
    ann.says("bob came in.").await;
    bob.types("/end").await;
    ann.says("? bob wants to end").await;
    ann.types("yes").await;
    bob.says("the room has ended").await;

    ann.types("/enter").await;
    ann.says("goes to another room").await;
    ann.types("/whisper nobody hi").await;
    ann.says("! ").await;
    for mut person in [ann, bob] {
        person.types("/quit").await;
        person.says("the client stopped the connection").await;
        person.ends().await;
    }
}
