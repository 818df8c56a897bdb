//! What has arrived on a connection and was not yet looked at.

use std::fmt;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::{Instant, timeout_at};

use super::end::End;
use super::json::SEPARATOR;

/// Something that came from the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Arrival {
    /// A hub message, or the bytes of one frame of a raw connection, and the opcode of the frame it ended in.
    Text { text: String, opcode: u8 },
    /// The connection is over.
    End(End),
    /// Nothing came in time.
    Quiet,
}

impl fmt::Display for Arrival {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text { text, .. } => f.write_str(text),
            Self::End(end) => write!(f, "{end}"),
            Self::Quiet => f.write_str("nothing"),
        }
    }
}

/// What has arrived on a connection and was not yet looked at.
pub(super) struct Inbox {
    queue: mpsc::UnboundedReceiver<Arrival>,
    end: Option<End>,
}

/// The reading end of a connection: cuts what arrives into hub messages.
pub(super) struct Intake {
    queue: mpsc::UnboundedSender<Arrival>,
    raw: bool,
    rest: String,
}

pub(super) fn inbox(raw: bool) -> (Intake, Inbox) {
    let (sender, receiver) = mpsc::unbounded_channel();
    (
        Intake {
            queue: sender,
            raw,
            rest: String::new(),
        },
        Inbox {
            queue: receiver,
            end: None,
        },
    )
}

impl Intake {
    /// Takes in what one frame, event or poll held.
    pub(super) fn arrived(&mut self, text: &str, opcode: u8) {
        if self.raw {
            return self.put(Arrival::Text {
                text: text.to_owned(),
                opcode,
            });
        }
        self.rest.push_str(text);
        while let Some((message, rest)) = self.rest.split_once(SEPARATOR) {
            let arrival = Arrival::Text {
                text: message.to_owned(),
                opcode,
            };
            self.rest = rest.to_owned();
            self.put(arrival);
        }
    }

    pub(super) fn ended(&mut self, end: End) {
        self.put(Arrival::End(end));
    }

    fn put(&self, arrival: Arrival) {
        // Nobody reads any more once the vector is over.
        let _ = self.queue.send(arrival);
    }
}

impl Inbox {
    /// The next arrival within the time; the end of the connection is answered again and again.
    pub(super) async fn next(&mut self, within: Duration) -> Arrival {
        self.next_until(Instant::now() + within).await
    }

    /// The next hub message, without Pings unless they are asked for.
    pub(super) async fn message(&mut self, within: Duration, pings: bool) -> Arrival {
        let limit = Instant::now() + within;
        loop {
            let arrival = self.next_until(limit).await;
            if pings || !is_ping(&arrival) {
                return arrival;
            }
        }
    }

    async fn next_until(&mut self, limit: Instant) -> Arrival {
        if let Some(end) = &self.end {
            return Arrival::End(end.clone());
        }
        match timeout_at(limit, self.queue.recv()).await {
            Ok(Some(Arrival::End(end))) => {
                self.end = Some(end.clone());
                Arrival::End(end)
            }
            Ok(Some(arrival)) => arrival,
            // The reader was stopped from this side.
            Ok(None) => Arrival::Quiet,
            Err(_) => Arrival::Quiet,
        }
    }
}

fn is_ping(arrival: &Arrival) -> bool {
    matches!(arrival, Arrival::Text { text, .. } if text.replace(' ', "") == r#"{"type":6}"#)
}
