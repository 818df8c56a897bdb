use std::fmt;

/// Where a connection stands between its starts and stops.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ConnectionState {
    /// Not connected, and nothing is being done about it.
    Disconnected,
    /// A start is under way.
    Connecting,
    /// Calls can be made.
    Connected,
    /// The connection was lost, and is being made again by itself.
    Reconnecting,
    /// A stop is under way.
    Disconnecting,
}

impl fmt::Display for ConnectionState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Disconnected => "disconnected",
            Self::Connecting => "connecting",
            Self::Connected => "connected",
            Self::Reconnecting => "reconnecting",
            Self::Disconnecting => "disconnecting",
        })
    }
}
