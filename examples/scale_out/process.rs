//! Processes that this program starts of itself. Each ends when its input is closed, so that none outlives the one that
//! started it, however that ends.

use std::io;
use std::process::Stdio;

use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};
use tokio::process::{Child, ChildStdin, Command};

pub(crate) struct Process {
    child: Child,
    input: Option<ChildStdin>,
}

impl Process {
    pub(crate) fn start(arguments: &[&str]) -> io::Result<Self> {
        let mut child = Command::new(std::env::current_exe()?)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let input = child.stdin.take();
        Ok(Self { child, input })
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id().unwrap_or_default()
    }

    /// The first line that it prints; `None` if it ends without one.
    pub(crate) async fn first_line(&mut self) -> io::Result<Option<String>> {
        match self.child.stdout.take() {
            Some(output) => BufReader::new(output).lines().next_line().await,
            None => Ok(None),
        }
    }

    /// Waits until it has ended.
    pub(crate) async fn ended(&mut self) {
        let _ = self.child.wait().await;
    }

    /// Has it end, and waits until it has.
    pub(crate) async fn stop(&mut self) {
        self.input = None;
        self.ended().await;
    }
}

/// Waits until the process that started this one wants it to end.
pub(crate) async fn unwanted() {
    let mut input = tokio::io::stdin();
    while input.read_u8().await.is_ok() {}
}
