use std::collections::VecDeque;
use std::fmt;
use std::future::poll_fn;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use bytes::Bytes;
use serde_json::Value;
use tokio::time::timeout;

use crate::connection::{Outbound, Room};
use crate::protocol::{FrameReader, HubProtocol, Message};
use crate::server::connection::Identity;
use crate::server::lifetime::{Answered, LifetimeManager, RawAnswer};
use crate::server::slow_consumers::SlowConsumer;
use crate::server::{Connection, SlowConsumers};
use crate::transport::TransportKind;

/// A connection as a lifetime manager sees it, without a transport: the test reads what is queued
/// for the client.
pub struct TestClient {
    connection: Arc<Connection>,
    lifetime: Arc<dyn LifetimeManager>,
    received: VecDeque<(Option<String>, String)>,
}

impl TestClient {
    /// A new connection of a server, whose queue holds 64 KiB.
    ///
    /// # Panics
    /// The lifetime manager refuses it.
    pub async fn connect(
        lifetime: &Arc<dyn LifetimeManager>,
        id: &str,
        user: Option<&str>,
        protocol: HubProtocol,
    ) -> Self {
        let identity = Identity {
            id: id.into(),
            user_id: user.map(Into::into),
            protocol,
            transport: TransportKind::Memory,
            request: None,
            authentication: Arc::default(),
            receipts: None,
            slow: SlowConsumer::new(&SlowConsumers::Wait, Arc::default()),
        };
        let connection =
            Connection::new(identity, Arc::new(Outbound::new(Room::bytes(64 * 1024))), 1);
        lifetime
            .connected(&connection)
            .await
            .unwrap_or_else(|error| panic!("{id} was refused: {error}"));
        Self {
            connection,
            lifetime: Arc::clone(lifetime),
            received: VecDeque::new(),
        }
    }

    /// Its id.
    #[must_use]
    pub fn id(&self) -> &str {
        self.connection.id()
    }

    /// The connection.
    #[must_use]
    pub fn connection(&self) -> &Arc<Connection> {
        &self.connection
    }

    /// Leaves, as a client that closes its connection.
    pub async fn leave(&self) {
        self.connection.aborted().cancel();
        self.lifetime.disconnected(&self.connection).await;
    }

    /// Whether the server has ended the connection.
    #[must_use]
    pub fn has_ended(&self) -> bool {
        self.connection.requested_end().is_some()
    }

    /// Waits until the server ends the connection.
    ///
    /// # Panics
    /// It does not within ten seconds.
    pub async fn ended(&self) {
        let outbound = &self.connection.outbound;
        let ended = poll_fn(|cx| {
            outbound.register(cx.waker());
            if self.has_ended() {
                Poll::Ready(())
            } else {
                Poll::Pending
            }
        });
        timeout(Duration::from_secs(10), ended)
            .await
            .unwrap_or_else(|_| panic!("{} was not ended", self.id()));
    }

    /// Waits for the next call: `Target("first","second")`.
    ///
    /// # Panics
    /// None comes within ten seconds.
    pub async fn next(&mut self) -> String {
        self.next_call().await.1
    }

    /// The next call and the id its answer has to name.
    pub async fn question(&mut self) -> (String, String) {
        let (id, call) = self.next_call().await;
        (id.unwrap_or_else(|| panic!("{call} wants no answer")), call)
    }

    async fn next_call(&mut self) -> (Option<String>, String) {
        if let Some(call) = self.received.pop_front() {
            return call;
        }
        let outbound = &self.connection.outbound;
        let arrived = poll_fn(|cx| {
            outbound.register(cx.waker());
            match outbound.drain() {
                Some(bytes) => {
                    outbound.written(bytes.len());
                    Poll::Ready(bytes)
                }
                None => Poll::Pending,
            }
        });
        let bytes = timeout(Duration::from_secs(10), arrived)
            .await
            .unwrap_or_else(|_| panic!("{} waits for a message in vain", self.id()));
        self.read(&bytes);
        Box::pin(self.next_call()).await
    }

    fn read(&mut self, mut bytes: &[u8]) {
        let protocol = self.connection.protocol();
        while !bytes.is_empty() {
            let frame = FrameReader::default()
                .next(protocol, bytes, None)
                .expect("a well-formed frame")
                .expect("a whole frame");
            let Ok(Message::Invocation(call)) = protocol.parse(&bytes[frame.body]) else {
                panic!("{} got something else than a call", self.id());
            };
            let mut reader = call.arguments.reader(call.arguments.len());
            let arguments: Vec<String> = (0..call.arguments.len())
                .map(|_| {
                    let value: Value = reader.next().expect("a plain argument");
                    value.to_string()
                })
                .collect();
            self.received.push_back((
                call.invocation_id.map(Into::into),
                format!("{}({})", call.target, arguments.join(",")),
            ));
            bytes = &bytes[frame.consumed..];
        }
    }

    /// Throws away what is queued for the client, unread.
    pub fn discard(&self) {
        while let Some(bytes) = self.connection.outbound.drain() {
            self.connection.outbound.written(bytes.len());
        }
    }

    /// Answers a question with a text.
    #[must_use]
    pub fn answer(&self, question_id: &str, text: &str) -> Answered {
        let mut value = Vec::new();
        let protocol = self.connection.protocol();
        // The length tells where a completion's value begins in either protocol.
        let written = protocol.write_completion(
            &mut value,
            question_id,
            crate::protocol::Outcome::Result(&text),
        );
        written.expect("a plain text");
        let frame = FrameReader::default()
            .next(protocol, &value, None)
            .expect("a well-formed frame")
            .expect("a whole frame");
        let Ok(Message::Completion(completion)) = protocol.parse(&value[frame.body]) else {
            panic!("no completion");
        };
        self.answer_raw(question_id, RawAnswer::from(&completion.outcome))
    }

    /// Answers a question with an error.
    #[must_use]
    pub fn fail(&self, question_id: &str, text: &str) -> Answered {
        self.answer_raw(question_id, RawAnswer::Error(text.to_owned()))
    }

    fn answer_raw(&self, question_id: &str, answer: RawAnswer) -> Answered {
        self.lifetime.answer(&self.connection, question_id, answer)
    }

    /// Queues bytes until there is no room: from now on the client is slow.
    pub fn fill(&self) {
        let ping = {
            let mut ping = Vec::new();
            let padding = "x".repeat(4096);
            let call = crate::protocol::OutgoingInvocation {
                target: "Padding",
                arguments: &[&padding],
                ..Default::default()
            };
            self.connection
                .protocol()
                .write_invocation(&mut ping, &call)
                .expect("plain text");
            Bytes::from(ping)
        };
        while self.connection.try_send(&ping) {}
    }
}

impl fmt::Debug for TestClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TestClient")
            .field("connection", &self.connection)
            .finish_non_exhaustive()
    }
}
