//! The servers, each a process of its own that ends with the test program.

use std::fmt;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

/// How long a server may take to listen; the real one unpacks its runtime at its first start.
const PATIENCE: Duration = Duration::from_secs(120);

/// Whose server it is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Maker {
    /// ASP.NET Core.
    Microsoft,
    /// `conformance-server` of this package.
    Ours,
}

impl fmt::Display for Maker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Microsoft => "ASP.NET Core",
            Self::Ours => "conformance-server",
        })
    }
}

/// A server that runs until it is dropped, or the test program ends.
pub(crate) struct Server {
    pub(crate) url: String,
    port: u16,
    maker: Maker,
    watcher: Child,
}

impl Server {
    /// All servers there are, for tests that leave them as they found them.
    pub(crate) fn all() -> impl Iterator<Item = &'static Self> {
        static MICROSOFT: OnceLock<Option<Server>> = OnceLock::new();
        static OURS: OnceLock<Option<Server>> = OnceLock::new();
        let shared = [(Maker::Microsoft, &MICROSOFT), (Maker::Ours, &OURS)];
        shared
            .into_iter()
            .filter_map(|(maker, place)| place.get_or_init(|| Self::start(maker)).as_ref())
    }

    /// A server of one's own; `None` if nobody said how it is started.
    pub(crate) fn start(maker: Maker) -> Option<Self> {
        let port = free_port();
        Some(Self {
            url: format!("http://127.0.0.1:{port}"),
            port,
            maker,
            watcher: launch(&command(maker)?, port),
        })
    }

    pub(crate) fn maker(&self) -> Maker {
        self.maker
    }

    /// Kills the process, so that all its sockets are cut.
    pub(crate) fn kill(&mut self) {
        // The watcher kills the server when its input ends.
        drop(self.watcher.stdin.take());
        self.watcher.wait().expect("a process to wait for");
    }

    /// Starts it again at the same port after a [`kill`](Self::kill).
    pub(crate) fn restart(&mut self) {
        let command = command(self.maker).expect("it was started before");
        self.watcher = launch(&command, self.port);
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if self.watcher.stdin.is_some() {
            self.kill();
        }
    }
}

fn command(maker: Maker) -> Option<String> {
    match maker {
        Maker::Ours => Some(env!("CARGO_BIN_EXE_conformance-server").to_owned()),
        Maker::Microsoft => {
            let command = std::env::var("SIGNALR_ASPNET").ok();
            if command.is_none() {
                eprintln!(
                    "SKIPPED: nothing runs against ASP.NET Core; set SIGNALR_ASPNET to the command that starts it"
                );
            }
            command
        }
    }
}

/// Runs the command next to a shell that kills it when the shell's input ends: when it is closed,
/// or when the test program is gone.
fn launch(command: &str, port: u16) -> Child {
    let script =
        format!("{command} --port {port} & server=$!; read _; kill -9 $server; wait $server");
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let watcher = Command::new("sh")
        .args(["-c", &script])
        .current_dir(root)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("a shell");
    let begin = Instant::now();
    while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err() {
        assert!(begin.elapsed() < PATIENCE, "'{command}' does not listen");
        std::thread::sleep(Duration::from_millis(20));
    }
    watcher
}

fn free_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    listener.local_addr().expect("a bound listener").port()
}
