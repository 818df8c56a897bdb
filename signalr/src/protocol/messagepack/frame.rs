use super::length::{self, Length};
use crate::protocol::ProtocolError;
use crate::protocol::frame::{Frame, too_large};

/// The message at the start of `buffered`, or none as long as it is incomplete.
pub(in crate::protocol) fn next_frame(
    buffered: &[u8],
    limit: Option<usize>,
) -> Result<Option<Frame>, ProtocolError> {
    let limit = limit.unwrap_or(usize::MAX);
    let Some(Length { body, prefix }) = length::read(buffered)? else {
        return if buffered.len() > limit {
            Err(too_large(limit))
        } else {
            Ok(None)
        };
    };
    let consumed = prefix.saturating_add(body);
    if consumed > limit {
        // The length alone tells; there is no need to wait for the rest.
        return Err(too_large(limit));
    }
    Ok((buffered.len() >= consumed).then_some(Frame {
        body: prefix..consumed,
        consumed,
    }))
}
