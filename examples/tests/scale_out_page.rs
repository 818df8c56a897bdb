//! The page of two servers behind a reverse proxy, in Chromium.

#[path = "../../tests/tests/e2e_support/mod.rs"]
mod e2e_support;

use std::process::Stdio;

use e2e_support::{Needs, run, tools};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::Command;

#[tokio::test]
async fn tabs_see_which_server_they_are_on() {
    let Some(tools) = tools("two servers in Chromium", Needs::Browser) else {
        return;
    };
    let mut program = Command::new(env!("CARGO_BIN_EXE_scale-out"))
        .args(["--port", "0"])
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .expect("the example starts");
    let output = program.stdout.take().expect("a piped output");
    let mut lines = BufReader::new(output).lines();
    let address = loop {
        let line = lines.next_line().await.expect("readable output");
        let Some(line) = line else {
            // It has said why.
            assert!(std::env::var_os("SIGNALR_REQUIRE_E2E").is_none());
            return;
        };
        if let Some((_, address)) = line.split_once("http://") {
            break address.split_once('/').expect("a path").0.to_owned();
        }
    };
    let servers = [("SCALE_OUT_URL", format!("http://{address}"))];
    run(tools, "scale-out", &servers).await;
}
