//! The example with JSON Web Tokens, from the login on, with the official client.

#[path = "../../tests/tests/e2e_support/mod.rs"]
mod e2e_support;

use std::process::Stdio;

use e2e_support::{Needs, run, tools};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::Command;

#[tokio::test]
async fn from_the_login_to_a_method_for_administrators() {
    let Some(tools) = tools("JSON Web Tokens from Node", Needs::Node) else {
        return;
    };
    let mut server = Command::new(env!("CARGO_BIN_EXE_json-web-tokens"))
        .args(["--port", "0"])
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .expect("the example starts");
    let output = server.stdout.take().expect("a piped output");
    let mut lines = BufReader::new(output).lines();
    let line = lines.next_line().await;
    let line = line.expect("readable output").expect("a line");
    let (_, address) = line.split_once("http://").expect("an address");
    let (address, _) = address.split_once('/').expect("a path");
    let servers = [("NEWS_URL", format!("http://{address}"))];
    run(tools, "json-web-tokens", &servers).await;
}
