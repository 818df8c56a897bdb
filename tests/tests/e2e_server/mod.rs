//! The conformance server as a program of its own.

use std::process::Stdio;

use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

/// The server, which ends when it is dropped, and its address.
pub(crate) async fn start() -> (Child, String) {
    let mut server = Command::new(env!("CARGO_BIN_EXE_conformance-server"))
        .args(["--port", "0"])
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .expect("the server starts");
    let mut lines = BufReader::new(server.stdout.take().expect("a piped output")).lines();
    let line = lines
        .next_line()
        .await
        .expect("readable output")
        .expect("a line with the address");
    let address = line
        .strip_prefix("listening on ")
        .expect("the address")
        .to_owned();
    (server, address)
}
