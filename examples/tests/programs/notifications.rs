use super::program::{Program, inbox, soon};

#[tokio::test]
async fn a_post_reaches_the_user_it_is_for() {
    let program = Program::start(env!("CARGO_BIN_EXE_notifications")).await;
    let link = program.connection("/notifications?user=ann");
    let (notify, mut news) = inbox::<String>();
    link.on("Notify", notify);
    soon(link.start()).await.expect("it connects");
    let user = link.invoke::<String>("User", ());
    assert_eq!(soon(user).await.expect("an answer"), "ann");

    let path = "/users/ann/notifications";
    let answer = program.request("POST", path, "Your parcel is here.").await;
    assert!(answer.ends_with("\r\n\r\ntold"), "{answer}");
    while news.next().await != "Your parcel is here." {
        // The server may tell its age in between.
    }

    let path = "/users/bob/notifications";
    let answer = program.request("POST", path, "Is anybody there?").await;
    assert!(answer.starts_with("HTTP/1.1 404"), "{answer}");
}
