use std::net::{Ipv4Addr, SocketAddrV4};

use serde::{Deserialize, Serialize};

use super::{Connection, Dialect, Failure};

/// How many connections are opened at the same time.
const AT_ONCE: usize = 64;
/// How many connections share a source address: each takes two ports, comes back in a storm, and
/// leaves its ports in use for a minute; an address has 28,000 of them.
const PER_ADDRESS: usize = 2_500;

/// The server that is measured.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Target {
    pub(crate) port: u16,
    /// Where its hub is.
    pub(crate) path: String,
    pub(crate) dialect: Dialect,
    /// Whether a client negotiates before it connects.
    pub(crate) negotiates: bool,
    pub(crate) process: u32,
    /// Whether its system calls are counted, which costs time.
    pub(crate) system_calls: bool,
}

impl Target {
    pub(super) fn address(&self) -> SocketAddrV4 {
        SocketAddrV4::new(Ipv4Addr::LOCALHOST, self.port)
    }

    /// Where connection number so and so comes from, if it matters: the ports of one address are
    /// soon used up.
    pub(super) fn source(&self, number: usize) -> Option<Ipv4Addr> {
        let host = u8::try_from(number / PER_ADDRESS).unwrap_or(254);
        let [_, of_server] = self.port.to_be_bytes();
        (host > 0).then(|| Ipv4Addr::new(127, 1, of_server, host))
    }

    /// Connections numbered from 0.
    pub(super) async fn open(&self, connections: usize) -> Result<Vec<Connection>, Failure> {
        let mut open = Vec::with_capacity(connections);
        while open.len() < connections {
            let next = open.len()..connections.min(open.len() + AT_ONCE);
            let opening = next.map(|number| Connection::open(self, number, None));
            open.extend(futures_util::future::try_join_all(opening).await?);
        }
        Ok(open)
    }
}
