//! What is logged on the way, and what never is.

use std::io::Write;
use std::sync::{Arc, Mutex};

use signalr::{HubConnection, Transports};
use tracing_subscriber::fmt::MakeWriter;

use crate::server::hub;

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

#[tokio::test]
async fn no_token_header_or_cookie_is_logged_at_any_level() {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_ansi(false)
        .with_writer(log.clone())
        .finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    let hub = hub().await;
    for transports in [
        Transports::WEB_SOCKETS,
        Transports::SERVER_SENT_EVENTS,
        Transports::LONG_POLLING,
    ] {
        let builder = HubConnection::builder(&format!("{hub}/authorized"))
            .transports(transports)
            .header("x-key", "header-secret")
            .cookie("session=cookie-secret")
            .access_token_provider(|| async { "token-secret" });
        assert!(!format!("{builder:?}").contains("secret"));
        let link = builder.build().expect("valid");
        assert!(!format!("{link:?}").contains("secret"));
        link.start().await.expect("connected");
        link.invoke::<i32>("Add", (1, 2)).await.expect("a sum");
        link.stop().await;
    }
    let log = String::from_utf8(log.0.lock().expect("no panic").clone()).expect("text");
    assert!(log.contains("connected") && log.contains("Add"), "{log}");
    // URLs hold the connection's token.
    for secret in ["header-secret", "cookie-secret", "token-secret", "?id="] {
        let lines: Vec<_> = log.lines().filter(|line| line.contains(secret)).collect();
        assert!(lines.is_empty(), "{lines:#?}");
    }
}
