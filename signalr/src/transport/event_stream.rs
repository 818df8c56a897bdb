//! Server-Sent Events, as the reference writes them.

use bytes::Bytes;

/// What opens the stream at once, so that the browser knows it is there.
pub(crate) const OPENING: &[u8] = b":\r\n";

/// One event that carries `payload`: each line its own `data: ` line, a CR before an LF dropped.
pub(crate) fn event(payload: &[u8]) -> Bytes {
    let mut event = Vec::with_capacity(payload.len() + 16);
    for line in payload.split(|&byte| byte == b'\n') {
        event.extend_from_slice(b"data: ");
        event.extend_from_slice(line.strip_suffix(b"\r").unwrap_or(line));
        event.extend_from_slice(b"\r\n");
    }
    event.extend_from_slice(b"\r\n");
    event.into()
}

#[cfg(test)]
mod tests {
    use super::event;

    #[test]
    fn each_line_is_a_line_of_the_event() {
        for (payload, expected) in [
            ("{}\u{1e}", "data: {}\u{1e}\r\n\r\n"),
            ("a\nb", "data: a\r\ndata: b\r\n\r\n"),
            ("a\r\nb\rc\n", "data: a\r\ndata: b\rc\r\ndata: \r\n\r\n"),
        ] {
            assert_eq!(event(payload.as_bytes()), expected);
        }
    }
}
