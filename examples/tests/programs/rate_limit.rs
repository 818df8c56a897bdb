use super::program::{Program, inbox, soon};

#[tokio::test]
async fn who_calls_too_often_is_slowed_down_and_then_sent_away() {
    let program = Program::start(env!("CARGO_BIN_EXE_rate-limit")).await;
    let link = program.connection("/echo");
    let (put, mut closed) = inbox();
    link.on_closed(move |reason| put(format!("{reason:?}")));
    soon(link.start()).await.expect("it connects");
    for _ in 0..9 {
        let echo = link.invoke::<String>("Echo", ("hi",));
        assert_eq!(soon(echo).await.expect("allowed"), "hi");
    }
    // Methods that do not exist count, too.
    let unknown = soon(link.invoke::<()>("Guess", ())).await;
    let unknown = unknown.expect_err("no such method").to_string();
    assert!(unknown.contains("Method does not exist."), "{unknown}");

    let mut was_refused = false;
    // Until the connection is closed; on a slow machine some calls are earned meanwhile.
    loop {
        match soon(link.invoke::<String>("Echo", ("hi",))).await {
            Err(error) if error.to_string().contains("Slow down.") => was_refused = true,
            Ok(_) => {}
            Err(_) => break,
        }
    }
    assert!(was_refused);
    let reason = closed.next().await;
    assert!(reason.contains("You call too often."), "{reason}");
}
