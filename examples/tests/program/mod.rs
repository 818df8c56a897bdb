//! A program that is run with pipes.

use std::process::Stdio;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::time::timeout;

const PATIENCE: Duration = Duration::from_secs(60);

pub(crate) struct Program {
    child: Child,
    input: ChildStdin,
    output: Lines<BufReader<ChildStdout>>,
}

impl Program {
    pub(crate) fn start(path: &str, arguments: &[&str]) -> Self {
        let mut child = Command::new(path)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("the program starts");
        let input = child.stdin.take().expect("piped");
        let output = BufReader::new(child.stdout.take().expect("piped")).lines();
        Self {
            child,
            input,
            output,
        }
    }

    /// Waits for a line; others may come before it.
    pub(crate) async fn says(&mut self, expected: &str) {
        let mut seen = Vec::new();
        let searching = async {
            while let Some(line) = self.output.next_line().await.expect("text") {
                if line.contains(expected) {
                    return true;
                }
                seen.push(line);
            }
            false
        };
        let found = timeout(PATIENCE, searching).await.unwrap_or(false);
        assert!(found, "no '{expected}' in {seen:#?}");
    }

    /// Types a line.
    #[allow(dead_code, reason = "not every program is typed into")]
    pub(crate) async fn types(&mut self, line: &str) {
        let line = format!("{line}\n");
        self.input
            .write_all(line.as_bytes())
            .await
            .expect("it listens");
    }

    /// Waits until it has ended well.
    pub(crate) async fn ends(&mut self) {
        let ended = timeout(PATIENCE, self.child.wait()).await;
        let status = ended.expect("it ends").expect("a status");
        assert!(status.success(), "{status}");
    }
}
