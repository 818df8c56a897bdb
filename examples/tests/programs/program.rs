//! A running example, and its clients.

use std::process::Stdio;
use std::time::Duration;

use signalr::HubConnection;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::net::TcpStream;
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::sync::mpsc;
use tokio::time::timeout;

/// Far more than anything here takes; what never comes fails a test instead of hanging it.
const LONG: Duration = Duration::from_secs(60);

/// Killed when dropped.
pub(crate) struct Program {
    child: Child,
    /// Host and port, of a server.
    address: String,
    input: ChildStdin,
    output: Lines<BufReader<ChildStdout>>,
}

impl Program {
    /// Starts a server and waits until it says where it is.
    pub(crate) async fn start(path: &str) -> Self {
        Self::start_in(path, &[]).await
    }

    /// With these variables in its environment.
    pub(crate) async fn start_in(path: &str, environment: &[(&str, &str)]) -> Self {
        let mut program = Self::run_in(path, &["--port", "0"], environment);
        let line = program.prints("http://").await;
        let (_, rest) = line.split_once("http://").expect("an address");
        let (address, _) = rest.split_once('/').expect("a slash behind the address");
        address.clone_into(&mut program.address);
        program
    }

    pub(crate) fn run(path: &str, arguments: &[&str]) -> Self {
        Self::run_in(path, arguments, &[])
    }

    fn run_in(path: &str, arguments: &[&str], environment: &[(&str, &str)]) -> Self {
        let mut child = Command::new(path)
            .args(arguments)
            .envs(environment.iter().copied())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("the program starts");
        let input = child.stdin.take().expect("piped");
        let output = BufReader::new(child.stdout.take().expect("piped")).lines();
        Self {
            child,
            address: String::new(),
            input,
            output,
        }
    }

    /// Types a line.
    pub(crate) async fn types(&mut self, line: &str) {
        let line = format!("{line}\n");
        let written = self.input.write_all(line.as_bytes());
        soon(written).await.expect("it listens");
    }

    /// Waits until it has ended well.
    pub(crate) async fn ends(mut self) {
        let status = soon(self.child.wait()).await.expect("a status");
        assert!(status.success(), "{status}");
    }

    /// All that it prints until it ends well.
    pub(crate) async fn says(mut self) -> Vec<String> {
        let mut lines = Vec::new();
        while let Some(line) = soon(self.output.next_line()).await.expect("text") {
            lines.push(line);
        }
        self.ends().await;
        lines
    }

    /// The next line of its output that has this in it.
    pub(crate) async fn prints(&mut self, part: &str) -> String {
        let mut others = Vec::new();
        let searching = async {
            while let Some(line) = self.output.next_line().await.expect("text") {
                if line.contains(part) {
                    return Some(line);
                }
                others.push(line);
            }
            None
        };
        let found = timeout(LONG, searching).await.ok().flatten();
        found.unwrap_or_else(|| panic!("no '{part}' in {others:#?}"))
    }

    /// Presses Ctrl+C; whether it then ends in good order.
    #[cfg(unix)]
    pub(crate) async fn stop(mut self) -> bool {
        let id = self.child.id().expect("it runs").to_string();
        let sent = Command::new("kill").args(["-INT", &id]).status().await;
        assert!(sent.expect("`kill` is there").success());
        soon(self.child.wait()).await.expect("a child").success()
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// A connection to the hub at this path, to be started.
    pub(crate) fn connection(&self, path: &str) -> HubConnection {
        HubConnection::builder(&self.url(path))
            .build()
            .expect("valid settings")
    }

    /// A connection that is started.
    pub(crate) async fn connect(&self, path: &str) -> HubConnection {
        let link = self.connection(path);
        soon(link.start()).await.expect("it connects");
        link
    }

    /// Sends a request and gives the whole answer.
    pub(crate) async fn request(&self, method: &str, path: &str, body: &str) -> String {
        let request = format!(
            "{method} {path} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\ncontent-type: text/plain\r\ncontent-length: {}\r\n\r\n{body}",
            self.address,
            body.len()
        );
        let mut stream = TcpStream::connect(&self.address).await.expect("it listens");
        let mut answer = String::new();
        let answered = async {
            stream.write_all(request.as_bytes()).await?;
            stream.read_to_string(&mut answer).await
        };
        soon(answered).await.expect("an answer");
        answer
    }
}

/// What a client has been told, in its order.
pub(crate) struct Inbox<T>(mpsc::UnboundedReceiver<T>);

/// An inbox, and what puts things into it.
pub(crate) fn inbox<T>() -> (impl Fn(T) + Clone, Inbox<T>) {
    let (sender, inbox) = mpsc::unbounded_channel();
    let put = move |what| {
        // The test may be over.
        let _ = sender.send(what);
    };
    (put, Inbox(inbox))
}

impl<T> Inbox<T> {
    pub(crate) async fn next(&mut self) -> T {
        soon(self.0.recv()).await.expect("the client lives")
    }
}

pub(crate) async fn soon<F: Future>(what: F) -> F::Output {
    timeout(LONG, what).await.expect("it takes far too long")
}
