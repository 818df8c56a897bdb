use super::{Frame, FrameReader};
use crate::protocol::HubProtocol;

fn next(protocol: HubProtocol, buffered: &[u8], limit: usize) -> Result<Option<Frame>, String> {
    FrameReader::default()
        .next(protocol, buffered, Some(limit))
        .map_err(|e| e.to_string())
}

fn exceeded(limit: usize) -> String {
    format!(
        "The maximum message size of {limit}B was exceeded. The message size can be configured in \
         AddHubOptions."
    )
}

#[test]
fn the_limit_counts_the_separator_and_needs_no_whole_message() {
    let json = |buffered: &[u8], limit| next(HubProtocol::Json, buffered, limit);
    let whole = Ok(Some(Frame {
        body: 0..3,
        consumed: 4,
    }));
    assert_eq!(json(b"abc\x1e", 4), whole);
    assert_eq!(json(b"abc\x1ebehind", 4), whole);
    assert_eq!(json(b"abc\x1e", 3), Err(exceeded(3)));
    assert_eq!(json(b"abcd", 4), Ok(None));
    assert_eq!(json(b"abcde", 4), Err(exceeded(4)));
    assert_eq!(
        json(b"\x1e", 1),
        Ok(Some(Frame {
            body: 0..0,
            consumed: 1
        }))
    );
    assert_eq!(json(b"", 0), Ok(None));
}

#[cfg(feature = "messagepack")]
#[test]
fn the_limit_counts_the_length_and_needs_no_message_at_all() {
    let messagepack = |buffered: &[u8], limit| next(HubProtocol::MessagePack, buffered, limit);
    let whole = Ok(Some(Frame {
        body: 1..3,
        consumed: 3,
    }));
    assert_eq!(messagepack(&[2, 0x91, 6], 3), whole);
    assert_eq!(messagepack(&[2, 0x91, 6, 2], 3), whole);
    assert_eq!(messagepack(&[2, 0x91], 3), Ok(None));
    assert_eq!(messagepack(&[2], 2), Err(exceeded(2)));
    assert_eq!(messagepack(&[0xFF, 0x7F], 10), Err(exceeded(10)));
    assert_eq!(messagepack(&[0xFF, 0xFF], 1), Err(exceeded(1)));
    assert_eq!(messagepack(&[0x80], 3), Ok(None));
    assert_eq!(
        messagepack(&[0], 3),
        Ok(Some(Frame {
            body: 1..1,
            consumed: 1
        }))
    );
    let error = FrameReader::default().next(HubProtocol::MessagePack, &[0xFF; 5], None);
    assert_eq!(error.unwrap_err().kind(), "FormatException");
}

#[test]
fn what_has_been_searched_is_not_searched_again() {
    let mut reader = FrameReader::default();
    assert_eq!(reader.next(HubProtocol::Json, b"abc", None), Ok(None));
    // A separator among what was already searched goes unseen: proof that it was not read again.
    assert_eq!(reader.next(HubProtocol::Json, b"a\x1ecd", None), Ok(None));
    let frame = reader.next(HubProtocol::Json, b"a\x1ecd\x1e", None);
    assert_eq!(
        frame,
        Ok(Some(Frame {
            body: 0..4,
            consumed: 5
        }))
    );
    let frame = reader.next(HubProtocol::Json, b"x\x1e", None);
    assert_eq!(
        frame,
        Ok(Some(Frame {
            body: 0..1,
            consumed: 2
        })),
        "each message starts afresh"
    );
}

#[test]
fn handshakes_end_with_a_separator() {
    let frame = FrameReader::default().next_handshake(b"{}\x1e\x02\x91\x06", Some(3));
    assert_eq!(
        frame,
        Ok(Some(Frame {
            body: 0..2,
            consumed: 3
        }))
    );
}
