//! Server-Sent Events, as the reference writes them.

#[cfg(feature = "server")]
use bytes::Bytes;

/// What opens the stream at once, so that the browser knows it is there.
#[cfg(feature = "server")]
pub(crate) const OPENING: &[u8] = b":\r\n";

/// One event that carries `payload`: each line its own `data: ` line, a CR before an LF dropped.
#[cfg(feature = "server")]
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

/// Takes events apart, wherever the network cut them, and gives their data on as it comes: the hub
/// protocol has its own ends. Holds a few bytes, however long a line is.
#[cfg(feature = "client")]
#[derive(Default)]
pub(crate) struct EventReader {
    at: At,
    /// A CR that may be the begin of a line's end.
    carriage_return: bool,
    /// The event has had a line of data.
    has_data: bool,
}

#[cfg(feature = "client")]
#[derive(Clone, Copy)]
enum At {
    /// So many bytes of `data:` have come in this line.
    Name(usize),
    /// Behind `data:`, where one space is no data.
    Space,
    Data,
    /// In a comment, or a field that means nothing here.
    Other,
}

#[cfg(feature = "client")]
impl Default for At {
    fn default() -> Self {
        Self::Name(0)
    }
}

#[cfg(feature = "client")]
impl EventReader {
    /// Appends the data among these bytes to `into`.
    pub(crate) fn read(&mut self, bytes: &[u8], into: &mut Vec<u8>) {
        for &byte in bytes {
            if byte == b'\n' {
                self.carriage_return = false;
                self.end_line();
                continue;
            }
            if std::mem::take(&mut self.carriage_return) {
                // It ended no line: the reference keeps such a one.
                self.take(b'\r', into);
            }
            if byte == b'\r' {
                self.carriage_return = true;
            } else {
                self.take(byte, into);
            }
        }
    }

    fn end_line(&mut self) {
        if matches!(self.at, At::Name(0)) {
            self.has_data = false;
        }
        self.at = At::Name(0);
    }

    fn take(&mut self, byte: u8, into: &mut Vec<u8>) {
        const FIELD: &[u8] = b"data:";
        match self.at {
            At::Name(matched) if FIELD[matched] == byte => {
                self.at = At::Name(matched + 1);
                if matched + 1 == FIELD.len() {
                    self.at = At::Space;
                    if std::mem::replace(&mut self.has_data, true) {
                        into.push(b'\n');
                    }
                }
            }
            At::Name(_) => self.at = At::Other,
            At::Space => {
                self.at = At::Data;
                if byte != b' ' {
                    into.push(byte);
                }
            }
            At::Data => into.push(byte),
            At::Other => {}
        }
    }
}

#[cfg(all(test, feature = "server"))]
mod tests {
    use super::*;

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

    #[cfg(feature = "client")]
    #[test]
    fn data_is_read_wherever_it_is_cut() {
        let mut wire = OPENING.to_vec();
        for payload in ["{}\u{1e}", "a\nb", " c\rd\n", "\n\n"] {
            wire.extend_from_slice(&event(payload.as_bytes()));
        }
        wire.extend_from_slice(b"id: 7\nevent: x\n: data: no\ndate: no\ndata:e\n\n");
        for cut in 0..wire.len() {
            let (mut reader, mut got) = (EventReader::default(), Vec::new());
            reader.read(&wire[..cut], &mut got);
            reader.read(&wire[cut..], &mut got);
            assert_eq!(got, "{}\u{1e}a\nb c\rd\n\n\ne".as_bytes(), "cut at {cut}");
        }
    }
}
