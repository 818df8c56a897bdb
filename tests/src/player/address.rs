//! Where the server under test listens.

use std::fmt;
use std::str::FromStr;

use tokio::net::TcpStream;

use super::failure::Failure;

/// Host and port of a server, read from `http://host:port`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address(String);

impl Address {
    /// Host and port, as in a `Host` header.
    #[must_use]
    pub fn authority(&self) -> &str {
        &self.0
    }

    pub(super) async fn connect(&self) -> Result<TcpStream, Failure> {
        let stream = TcpStream::connect(&self.0).await;
        let stream =
            stream.map_err(|e| Failure::broken(format!("no connection to {self}: {e}")))?;
        // Frames are small and each is waited for.
        stream.set_nodelay(true).map_err(Failure::broken)?;
        Ok(stream)
    }
}

impl From<std::net::SocketAddr> for Address {
    fn from(address: std::net::SocketAddr) -> Self {
        Self(address.to_string())
    }
}

impl FromStr for Address {
    type Err = String;

    fn from_str(url: &str) -> Result<Self, String> {
        let rest = url
            .strip_prefix("http://")
            .ok_or_else(|| format!("{url} does not start with http://"))?;
        let authority = rest.trim_end_matches('/');
        if authority.is_empty() || authority.contains('/') {
            return Err(format!("{url} is not http://host:port"));
        }
        let port = if authority.contains(':') { "" } else { ":80" };
        Ok(Self(format!("{authority}{port}")))
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "http://{}", self.0)
    }
}
