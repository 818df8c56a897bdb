mod consumer;
mod counts;
mod message_key;

use std::fmt;

pub(super) use self::consumer::SlowConsumer;
pub use self::counts::SlowConsumerCounts;
pub(super) use self::counts::Tally;
pub use self::message_key::{MessageKey, SentMessage};
use crate::connection::{Outbound, Room, Shed};

/// What becomes of messages for a client that takes them more slowly than they come.
///
/// Messages for a client wait in its queue, which holds as many bytes as
/// [`transport_max_buffer_size`](super::EndpointOptions::transport_max_buffer_size) says, 64 KiB by
/// default, and as many messages as
/// [`maximum_queued_messages_per_client`](super::HubOptions::maximum_queued_messages_per_client). Once
/// as much waits as either allows, this decides. Until then nothing is ever dropped.
///
/// It decides about calls that are sent to clients without asking for a result: to one, to many, and
/// those that a backplane brings. Answers, items of streams, questions and what the connection itself
/// has to say are never dropped. Where messages may be dropped, these have the same room once more for
/// themselves, and whoever sends them waits for it, up to the
/// [send time-out](super::EndpointOptions::transport_send_timeout): a hub method, for the client that
/// called it.
///
/// # What the sender awaits
///
/// A send to many is done when each client's queue has taken the message or its policy has decided,
/// and never waits for anything to arrive. Everybody who has room gets the message at once, whoever else
/// is slow. With [`Wait`](Self::Wait) the sender then waits for the slow ones, all at the same time: its
/// *next* message is late for everybody, at most by the send time-out (10 s, checked once a second) after
/// which a client that takes nothing is dropped. With every other policy no sender waits for a client. It
/// may wait for the server's own tasks to have their turn, so that a burst larger than a queue costs
/// clients that do read nothing. No policy makes a send fail.
///
/// # Who is slow
///
/// A client is slow while its connection takes none of what the server is writing: the buffers of the
/// operating systems between them are full, a long-polling client is not polling, or a client with
/// stateful reconnect is away or has not acknowledged
/// [`stateful_reconnect_buffer_size`](super::HubOptions::stateful_reconnect_buffer_size) bytes. What is
/// sent already is never dropped, so with stateful reconnect no numbered message is lost.
///
/// # What it costs
///
/// A client that takes nothing costs its queue, in the worst case for both kinds of messages, and as much
/// again that is being written. With every policy it is dropped if a single write takes longer than the
/// send time-out. What is dropped is counted in
/// [`SignalR::slow_consumers`](super::SignalR::slow_consumers), and logged as a warning at
/// most once in 10 s for each client.
#[derive(Clone, Default)]
#[non_exhaustive]
pub enum SlowConsumers {
    /// Senders wait for room, as those of ASP.NET Core do.
    #[default]
    Wait,
    /// The messages that have waited longest are dropped.
    DropOldest,
    /// What comes while there is no room is dropped.
    DropNewest,
    /// Messages that a later one with the same key has made worthless are dropped; what arrives is in
    /// the order in which it was sent. Where there is no room for one message of each key, those that have
    /// waited longest are dropped.
    KeepLatest(MessageKey),
    /// The client is let go, with a Close that allows it to reconnect.
    Disconnect,
}

impl SlowConsumers {
    /// [`KeepLatest`](Self::KeepLatest) with a key of the application's own.
    ///
    /// ```
    /// # use signalr::{HubOptions, server::SlowConsumers};
    /// # let mut options = HubOptions::default();
    /// options.slow_consumers = SlowConsumers::keep_latest_by(|message| match message.target() {
    ///     // One price for each symbol, which is the first argument.
    ///     "PriceChanged" => message.argument(0),
    ///     _ => None,
    /// });
    /// ```
    ///
    /// See [`MessageKey::new`].
    pub fn keep_latest_by(
        key: impl Fn(&SentMessage<'_>) -> Option<String> + Send + Sync + 'static,
    ) -> Self {
        Self::KeepLatest(MessageKey::new(key))
    }

    /// The queue of a client.
    pub(super) fn queue(&self, room: Room) -> Outbound {
        let shed = match self {
            Self::Wait => return Outbound::new(room),
            Self::DropOldest => Shed::Oldest,
            Self::DropNewest => Shed::Newest,
            Self::KeepLatest(_) => Shed::Superseded,
            Self::Disconnect => Shed::Everything,
        };
        Outbound::shedding(room, shed)
    }

    fn key(&self) -> Option<&MessageKey> {
        match self {
            Self::KeepLatest(key) => Some(key),
            _ => None,
        }
    }
}

impl fmt::Debug for SlowConsumers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Wait => "Wait",
            Self::DropOldest => "DropOldest",
            Self::DropNewest => "DropNewest",
            Self::KeepLatest(_) => "KeepLatest",
            Self::Disconnect => "Disconnect",
        })
    }
}
