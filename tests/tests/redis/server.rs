//! A Redis of the test's own.

use std::io::{Write, stderr};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const REQUIRED: &str = "SIGNALR_REQUIRE_E2E";
const PROGRAMS: [&str; 2] = ["redis-server", "valkey-server"];

/// A Redis without persistence on a free port; ends with the test.
pub(crate) struct RedisServer {
    program: PathBuf,
    port: u16,
    process: Option<Child>,
    arguments: Vec<String>,
}

impl RedisServer {
    /// A running Redis; without one installed `None` and a line that says so, or a failure where
    /// CI asks for one.
    pub(crate) fn start(test: &str) -> Option<Self> {
        Self::start_with(test, &[])
    }

    pub(crate) fn start_with(test: &str, arguments: &[&str]) -> Option<Self> {
        let Some(program) = PROGRAMS.into_iter().find_map(find) else {
            assert!(
                std::env::var_os(REQUIRED).is_none(),
                "{test} cannot run, and {REQUIRED} is set: redis-server is not installed"
            );
            // Not `eprintln!`, which is shown only when a test fails.
            writeln!(stderr(), "SKIPPED {test}: redis-server is not installed")
                .expect("stderr takes a line");
            return None;
        };
        let port = Self::free_port();
        let mut server = Self {
            program,
            port,
            process: None,
            arguments: arguments.iter().map(ToString::to_string).collect(),
        };
        server.restart();
        Some(server)
    }

    pub(crate) fn address(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    pub(crate) fn free_port() -> u16 {
        TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
            .and_then(|listener| listener.local_addr())
            .expect("a free port")
            .port()
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// Starts it, if need be again, at the same port.
    pub(crate) fn restart(&mut self) {
        self.kill();
        let process = Command::new(&self.program)
            .args(["--port", &self.port.to_string()])
            .args(["--bind", "127.0.0.1", "--save", "", "--appendonly", "no"])
            .args(&self.arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("redis-server starts");
        self.process = Some(process);
        let began = Instant::now();
        while TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).is_err() {
            assert!(began.elapsed() < Duration::from_secs(30), "no Redis");
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Ends it without a word.
    pub(crate) fn kill(&mut self) {
        if let Some(mut process) = self.process.take() {
            process.kill().expect("it can be killed");
            process.wait().expect("it has ended");
        }
    }

    /// Stops it in its tracks: connections stay, nothing is answered.
    pub(crate) fn pause(&self) {
        self.signal("-STOP");
    }

    pub(crate) fn resume(&self) {
        self.signal("-CONT");
    }

    fn signal(&self, signal: &str) {
        let process = self.process.as_ref().expect("it runs");
        let sent = Command::new("kill")
            .args([signal, &process.id().to_string()])
            .status()
            .expect("kill runs");
        assert!(sent.success());
    }

    /// A connection for the test itself.
    pub(crate) async fn client(&self) -> redis::aio::MultiplexedConnection {
        redis::Client::open(self.address())
            .expect("an address")
            .get_multiplexed_async_connection()
            .await
            .expect("Redis answers")
    }
}

impl Drop for RedisServer {
    fn drop(&mut self) {
        if let Some(mut process) = self.process.take() {
            let _ = process.kill();
            let _ = process.wait();
        }
    }
}

fn find(name: &str) -> Option<PathBuf> {
    std::env::split_paths(&std::env::var_os("PATH")?)
        .map(|folder| folder.join(name))
        .find(|path| path.is_file())
}
