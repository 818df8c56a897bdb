use std::ops::BitOr;

use super::TransportKind;

/// Some of the transports: `Transports::WEB_SOCKETS | Transports::LONG_POLLING`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Transports(u8);

impl Transports {
    /// WebSockets.
    pub const WEB_SOCKETS: Self = Self(1);
    /// Server-Sent Events.
    pub const SERVER_SENT_EVENTS: Self = Self(2);
    /// Long polling.
    pub const LONG_POLLING: Self = Self(4);
    /// All three.
    pub const ALL: Self = Self(7);

    /// Whether a transport is one of them.
    #[must_use]
    pub const fn contains(self, kind: TransportKind) -> bool {
        let bit = match kind {
            TransportKind::WebSockets => Self::WEB_SOCKETS.0,
            TransportKind::ServerSentEvents => Self::SERVER_SENT_EVENTS.0,
            TransportKind::LongPolling => Self::LONG_POLLING.0,
            TransportKind::Memory => 0,
        };
        self.0 & bit != 0
    }
}

impl BitOr for Transports {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}
