use std::ops::Range;

use super::{HubProtocol, ProtocolError, json};

/// Where a message lies in the bytes that have arrived.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Frame {
    /// The message, for [`HubProtocol::parse`].
    pub body: Range<usize>,
    /// How many bytes the message and its framing take up.
    pub consumed: usize,
}

/// Finds message ends in what has arrived.
///
/// It remembers how far it has searched, so that a message that comes one byte at a time is still
/// searched once.
#[derive(Default, Debug)]
pub struct FrameReader {
    searched: usize,
}

impl FrameReader {
    /// The message at the start of `buffered`, or none as long as it is incomplete.
    ///
    /// `buffered` always starts at the first byte not yet consumed: after a frame, the caller drops
    /// [`Frame::consumed`] bytes. `limit` is the largest message in bytes, framing included.
    ///
    /// # Errors
    /// The message is, or can only become, larger than `limit`; or a length prefix is not one.
    pub fn next(
        &mut self,
        protocol: HubProtocol,
        buffered: &[u8],
        limit: Option<usize>,
    ) -> Result<Option<Frame>, ProtocolError> {
        match protocol {
            HubProtocol::Json => self.next_text(buffered, limit),
            #[cfg(feature = "messagepack")]
            HubProtocol::MessagePack => super::messagepack::next_frame(buffered, limit),
        }
    }

    /// The same for a handshake, which is framed alike whatever protocol it asks for.
    ///
    /// # Errors
    /// The handshake is, or can only become, larger than `limit`.
    pub fn next_handshake(
        &mut self,
        buffered: &[u8],
        limit: Option<usize>,
    ) -> Result<Option<Frame>, ProtocolError> {
        self.next_text(buffered, limit)
    }

    fn next_text(
        &mut self,
        buffered: &[u8],
        limit: Option<usize>,
    ) -> Result<Option<Frame>, ProtocolError> {
        let limit = limit.unwrap_or(usize::MAX);
        // The message's last byte can be no further than this.
        let reach = buffered.len().min(limit);
        let from = self.searched.min(reach);
        if let Some(found) = memchr::memchr(json::RECORD_SEPARATOR, &buffered[from..reach]) {
            self.searched = 0;
            let end = from + found;
            return Ok(Some(Frame {
                body: 0..end,
                consumed: end + 1,
            }));
        }
        if buffered.len() > limit {
            return Err(too_large(limit));
        }
        self.searched = reach;
        Ok(None)
    }
}

pub(super) fn too_large(limit: usize) -> ProtocolError {
    ProtocolError::invalid_data(format!(
        "The maximum message size of {limit}B was exceeded. The message size can be configured in AddHubOptions."
    ))
}

#[cfg(test)]
mod tests;
