//! A running example, and its clients.

use std::process::Stdio;
use std::time::Duration;

use signalr::HubConnection;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::net::TcpStream;
use tokio::process::{Child, ChildStdout, Command};
use tokio::sync::mpsc;
use tokio::time::timeout;

/// Far more than anything here takes; what never comes fails a test instead of hanging it.
const LONG: Duration = Duration::from_secs(60);

/// Killed when dropped.
pub(crate) struct Program {
    _child: Child,
    /// Host and port.
    address: String,
    output: Lines<BufReader<ChildStdout>>,
}

impl Program {
    pub(crate) async fn start(path: &str) -> Self {
        let mut child = Command::new(path)
            .args(["--port", "0"])
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("the program starts");
        let output = BufReader::new(child.stdout.take().expect("piped")).lines();
        let mut program = Self {
            _child: child,
            address: String::new(),
            output,
        };
        let line = program.prints("http://").await;
        let (_, rest) = line.split_once("http://").expect("an address");
        let (address, _) = rest.split_once('/').expect("a slash behind the address");
        address.clone_into(&mut program.address);
        program
    }

    /// The next line of its output that has this in it.
    pub(crate) async fn prints(&mut self, part: &str) -> String {
        loop {
            let line = soon(self.output.next_line()).await.expect("text");
            let line = line.expect("a line before the end");
            if line.contains(part) {
                return line;
            }
        }
    }

    /// A connection to the hub at this path, to be started.
    pub(crate) fn connection(&self, path: &str) -> HubConnection {
        HubConnection::builder(&format!("http://{}{path}", self.address))
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
