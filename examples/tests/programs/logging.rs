use super::program::{Program, soon};

#[tokio::test]
async fn calls_are_logged_with_their_outcome() {
    let mut program = Program::start(env!("CARGO_BIN_EXE_logging")).await;
    let link = program.connect("/calculator").await;
    program.prints("connected").await;
    let quotient = link.invoke::<i64>("Divide", (6, 3));
    assert_eq!(soon(quotient).await.expect("a number"), 2);
    let line = program.prints("called").await;
    assert!(line.contains("INFO") && line.contains("Divide"), "{line}");
    soon(link.invoke::<i64>("Divide", (1, 0)))
        .await
        .expect_err("no number");
    let line = program.prints("failed").await;
    assert!(line.contains("WARN"), "{line}");
    assert!(line.contains("1 cannot be divided by 0."), "{line}");
    soon(link.invoke::<i64>("Multiply", (1, 0)))
        .await
        .expect_err("no method");
    let line = program.prints("failed").await;
    assert!(
        line.contains("Multiply") && line.contains("does not exist"),
        "{line}"
    );
    link.stop().await;
    program.prints("disconnected").await;
}
