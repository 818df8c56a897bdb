//! The monitor shows what it sees, a loss and a return.

use super::program::Program;

#[tokio::test]
async fn it_shows_a_loss_and_a_return() {
    let mut monitor = Program::run(env!("CARGO_BIN_EXE_monitor"), &[]);
    for expected in [
        "Watching http://127.0.0.1:",
        "+ connected as ",
        "temperature",
        "! lost: ",
        "+ back as ",
        "temperature",
    ] {
        monitor.prints(expected).await;
    }
}
