//! What a server logs: nothing to speak of by default, messages at the trace level only.

use std::future::poll_fn;
use std::io::Write;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use signalr::protocol::TransferFormat;
use signalr::server::SlowConsumers;
use signalr::transport::memory::{self, MemoryTransport};
use signalr::transport::{Ending, Received, Transport};
use signalr::{HubError, SignalR, hub};
use tracing::Level;
use tracing_subscriber::fmt::MakeWriter;

struct Quiet;

#[hub]
impl Quiet {
    pub fn echo(&self, text: String) -> String {
        text
    }

    pub fn fail(&self, room: String) -> Result<(), HubError> {
        Err(HubError::visible(format!(
            "no room of {} letters",
            room.len()
        )))
    }
}

/// Everything that is logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("no panic").write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

/// What is logged at `level` while a client calls `target`.
async fn logged(level: Level, target: &str) -> String {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(level)
        .with_ansi(false)
        .with_writer(log.clone())
        .finish();
    let guard = tracing::subscriber::set_default(subscriber);
    let signalr = SignalR::builder()
        .hub::<Quiet>(|_| Ok(Quiet), |_| {})
        .build()
        .expect("complete");
    let (client, server) = memory::pair();
    let serving = async { signalr.serve::<Quiet>(server).await };
    let handshake = r#"{"protocol":"json","version":1}"#;
    let call =
        format!(r#"{{"type":1,"invocationId":"7","target":"{target}","arguments":["secret"]}}"#);
    let calling = exchange(client, format!("{handshake}\u{1e}{call}\u{1e}"));
    tokio::join!(serving, calling);
    drop(guard);
    String::from_utf8(log.0.lock().expect("no panic").clone()).expect("text")
}

#[tokio::test]
async fn a_call_that_succeeds_is_not_worth_a_line() {
    assert_eq!(logged(Level::INFO, "Echo").await, "");
}

#[tokio::test]
async fn messages_are_shown_at_the_trace_level_only() {
    let debug = logged(Level::DEBUG, "Echo").await;
    assert!(
        debug.contains("connected") && debug.contains("hub=\"Quiet\""),
        "{debug}"
    );
    assert!(!debug.contains("secret"), "{debug}");
    assert!(logged(Level::TRACE, "Echo").await.contains("secret"));
}

#[tokio::test]
async fn a_method_that_fails_is_logged_with_its_name() {
    let log = logged(Level::INFO, "Fail").await;
    assert!(
        log.contains("ERROR") && log.contains("method=\"Fail\""),
        "{log}"
    );
    assert!(
        log.contains("no room of 6 letters") && !log.contains("secret"),
        "{log}"
    );
}

/// Sends all of `text`, says that nothing more comes, and reads to the end.
async fn exchange(mut client: MemoryTransport, text: String) {
    client.start_send(text.into(), TransferFormat::Text);
    poll_fn(|cx| client.poll_flush(cx))
        .await
        .expect("the wire is whole");
    poll_fn(|cx| client.poll_close(cx, Ending::Normal)).await;
    let mut answer = Vec::new();
    while let Ok(Received::Data) = poll_fn(|cx| client.poll_receive(cx, &mut answer)).await {}
}

#[tokio::test(start_paused = true)]
async fn what_slow_clients_lose_is_told_once_in_a_while() {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(Level::WARN)
        .with_ansi(false)
        .with_writer(log.clone())
        .finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    let signalr = SignalR::builder()
        .options(|options| options.slow_consumers = SlowConsumers::DropOldest)
        .hub::<Quiet>(|_| Ok(Quiet), |_| {})
        .build()
        .expect("complete");
    let (mut client, server) = memory::pair();
    let serving = signalr.clone();
    let serving = tokio::spawn(async move { serving.serve::<Quiet>(server).await });
    let handshake = "{\"protocol\":\"json\",\"version\":1}\u{1e}";
    client.start_send(handshake.into(), TransferFormat::Text);
    poll_fn(|cx| client.poll_flush(cx)).await.expect("whole");
    poll_fn(|cx| client.poll_receive(cx, &mut Vec::new()))
        .await
        .expect("an answer");

    let hub = signalr.context::<Quiet>();
    let text = "x".repeat(1000);
    let send = async |count| {
        for _ in 0..count {
            let sent = hub.clients().all().send("Receive", (&text,));
            sent.await.expect("a send that cannot fail");
        }
    };
    let lines = || {
        let log = log.0.lock().expect("no panic").clone();
        let log = String::from_utf8(log).expect("text");
        log.lines().map(str::to_owned).collect::<Vec<_>>()
    };
    send(400).await;
    let dropped = signalr.slow_consumers().dropped_messages;
    assert!(dropped > 1);
    assert_eq!(lines().len(), 1, "{:?}", lines());
    assert!(
        lines()[0].contains("WARN") && lines()[0].contains("messages=1"),
        "{:?}",
        lines()
    );
    // It takes a little, and so is not dropped for a write that takes too long.
    tokio::time::sleep(Duration::from_secs(9)).await;
    poll_fn(|cx| client.poll_receive(cx, &mut Vec::new()))
        .await
        .expect("messages");
    tokio::time::sleep(Duration::from_secs(2)).await;
    send(400).await;
    assert_eq!(lines().len(), 2, "{:?}", lines());
    // What is left is told at the end.
    drop(client);
    serving.await.expect("no panic");
    let told: u64 = lines()
        .iter()
        .map(|line| {
            let (_, count) = line.rsplit_once("messages=").expect("a count");
            count.trim().parse::<u64>().expect("a number")
        })
        .sum();
    assert_eq!(lines().len(), 3, "{:?}", lines());
    assert_eq!(told, signalr.slow_consumers().dropped_messages);
}
