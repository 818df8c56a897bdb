use std::future::poll_fn;
use std::task::{Context, Poll};

use super::{Fill, Link};
use crate::protocol::ProtocolError;
use crate::transport::TransportError;

/// Why no handshake could be read.
pub(crate) enum HandshakeFault {
    /// It is, or can only become, larger than the limit.
    TooLarge(ProtocolError),
    Malformed(ProtocolError),
    /// The other end closed the transport, or it was lost.
    Gone(Option<TransportError>),
}

/// Waits for the other end's handshake and reads it with `parse`; `fill` takes in what arrives. What
/// came with it stays in the link.
pub(crate) async fn read_handshake<T>(
    link: &mut Link,
    limit: Option<usize>,
    parse: impl FnOnce(&[u8]) -> Result<T, ProtocolError>,
    mut fill: impl FnMut(&mut Link, &mut Context<'_>) -> Poll<Fill>,
) -> Result<T, HandshakeFault> {
    loop {
        if let Some(body) = link
            .next_handshake(limit)
            .map_err(HandshakeFault::TooLarge)?
        {
            let bytes = link.lend();
            let handshake = parse(&bytes[body]).map_err(HandshakeFault::Malformed);
            link.restore(bytes);
            return handshake;
        }
        match poll_fn(|cx| fill(link, cx)).await {
            Fill::Data => {}
            Fill::Closed | Fill::Dismissed => return Err(HandshakeFault::Gone(None)),
            Fill::Lost(error) => return Err(HandshakeFault::Gone(Some(error))),
        }
    }
}
