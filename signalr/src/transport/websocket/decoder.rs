use std::fmt;

use bytes::Bytes;

use super::frame::Opcode;
use super::mask;

/// What a Close without a status counts as.
const NO_STATUS: u16 = 1005;

/// A control frame that needs an answer.
#[derive(Debug)]
pub(super) enum Control {
    Ping(Bytes),
    /// With this status.
    Close(u16),
}

/// Takes frames apart, wherever the socket cut them.
pub(super) struct Decoder {
    /// The other end is a client, whose frames are masked.
    is_masked: bool,
    header: Header,
    /// What is left of the frame's payload.
    remaining: u64,
    mask: [u8; 4],
    /// Where in the mask the next byte stands.
    phase: usize,
    opcode: Option<Opcode>,
    /// A message was begun and not yet finished.
    continued: bool,
    /// The frame ends its message.
    last: bool,
    /// The message is text: what has been seen of a character that is not yet whole.
    text: Option<Utf8Tail>,
    control: Vec<u8>,
}

/// A header as far as it has arrived: at most 2 + 8 + 4 bytes.
#[derive(Default)]
struct Header {
    bytes: [u8; 14],
    len: usize,
}

impl Header {
    /// How many bytes the whole header has, as far as is known.
    fn needed(&self) -> usize {
        if self.len < 2 {
            return 2;
        }
        let mask = if self.bytes[1] & 0x80 == 0 { 0 } else { 4 };
        2 + mask
            + match self.bytes[1] & 0x7f {
                126 => 2,
                127 => 8,
                _ => 0,
            }
    }
}

impl Decoder {
    pub(super) fn new(is_masked: bool) -> Self {
        Self {
            is_masked,
            header: Header::default(),
            remaining: 0,
            mask: [0; 4],
            phase: 0,
            opcode: None,
            continued: false,
            last: false,
            text: None,
            control: Vec::new(),
        }
    }

    /// Appends payload bytes to `into` until a control frame wants an answer or `input` is used
    /// up; says how much of it was used.
    pub(super) fn decode(
        &mut self,
        input: &[u8],
        into: &mut Vec<u8>,
    ) -> Result<(usize, Option<Control>), Violation> {
        let mut at = 0;
        loop {
            if self.opcode.is_none() {
                let missing = self.header.needed() - self.header.len;
                let taken = missing.min(input.len() - at);
                self.header.bytes[self.header.len..self.header.len + taken]
                    .copy_from_slice(&input[at..at + taken]);
                self.header.len += taken;
                at += taken;
                if self.header.len < self.header.needed() {
                    if at == input.len() {
                        return Ok((at, None));
                    }
                    continue;
                }
                self.begin()?;
            }
            let taken = usize::try_from(self.remaining)
                .unwrap_or(usize::MAX)
                .min(input.len() - at);
            self.take(&input[at..at + taken], into)?;
            at += taken;
            self.remaining -= taken as u64;
            if self.remaining > 0 {
                return Ok((at, None));
            }
            if let Some(control) = self.finish()? {
                return Ok((at, Some(control)));
            }
            if at == input.len() {
                return Ok((at, None));
            }
        }
    }

    /// Reads the complete header.
    fn begin(&mut self) -> Result<(), Violation> {
        let [first, second, ..] = self.header.bytes;
        let opcode = Opcode::from_bits(first & 0x0f).ok_or_else(|| violation("unknown opcode"))?;
        let last = first & 0x80 != 0;
        if first & 0x70 != 0 {
            return Err(violation("a reserved bit is set"));
        }
        if (second & 0x80 != 0) != self.is_masked {
            return Err(violation(if self.is_masked {
                "a client's frame must be masked"
            } else {
                "a server's frame must not be masked"
            }));
        }
        let (length, mask_at) = match second & 0x7f {
            126 => (
                u64::from(u16::from_be_bytes([
                    self.header.bytes[2],
                    self.header.bytes[3],
                ])),
                4,
            ),
            127 => {
                let mut length = [0; 8];
                length.copy_from_slice(&self.header.bytes[2..10]);
                (u64::from_be_bytes(length), 10)
            }
            short => (u64::from(short), 2),
        };
        if length > i64::MAX as u64 {
            return Err(violation("a length is out of bounds"));
        }
        match opcode {
            _ if opcode.is_control() => {
                if !last || length > 125 {
                    return Err(violation("a control frame is cut or too long"));
                }
            }
            Opcode::Continuation if !self.continued => {
                return Err(violation("nothing to continue"));
            }
            Opcode::Text | Opcode::Binary if self.continued => {
                return Err(violation("the last message was not finished"));
            }
            _ => self.continued = !last,
        }
        match opcode {
            Opcode::Text => self.text = Some(Utf8Tail::default()),
            Opcode::Binary => self.text = None,
            _ => {}
        }
        self.last = last;
        if self.is_masked {
            self.mask
                .copy_from_slice(&self.header.bytes[mask_at..mask_at + 4]);
        }
        self.phase = 0;
        self.remaining = length;
        self.opcode = Some(opcode);
        self.header = Header::default();
        Ok(())
    }

    fn take(&mut self, bytes: &[u8], into: &mut Vec<u8>) -> Result<(), Violation> {
        let is_control = self.opcode.is_some_and(Opcode::is_control);
        let target = if is_control { &mut self.control } else { into };
        let start = target.len();
        target.extend_from_slice(bytes);
        if self.is_masked {
            mask::apply(&mut target[start..], self.mask, self.phase);
            self.phase = (self.phase + bytes.len()) & 3;
        }
        if is_control {
            return Ok(());
        }
        let ends = self.last && self.remaining == bytes.len() as u64;
        if let Some(text) = &mut self.text
            && !text.accepts(&target[start..], ends)
        {
            // What is no text must not reach the hub.
            target.truncate(start);
            return Err(Violation {
                status: 1007,
                rule: "a text message is not UTF-8",
            });
        }
        Ok(())
    }

    fn finish(&mut self) -> Result<Option<Control>, Violation> {
        Ok(match self.opcode.take() {
            Some(Opcode::Ping) => Some(Control::Ping(std::mem::take(&mut self.control).into())),
            Some(Opcode::Close) => {
                let status = check_close(&std::mem::take(&mut self.control))?;
                Some(Control::Close(status))
            }
            Some(Opcode::Pong) => {
                self.control = Vec::new();
                None
            }
            _ => None,
        })
    }
}

/// The status that is said. Those are allowed that the reference lets a client send.
fn check_close(payload: &[u8]) -> Result<u16, Violation> {
    let Some((status, reason)) = payload.split_first_chunk() else {
        return if payload.is_empty() {
            Ok(NO_STATUS)
        } else {
            Err(violation("half a status"))
        };
    };
    let status = u16::from_be_bytes(*status);
    if !matches!(status, 1000..=1003 | 1007..=1014 | 3000..=4999) {
        return Err(violation("not a status that may be sent"));
    }
    match std::str::from_utf8(reason) {
        Ok(_) => Ok(status),
        Err(_) => Err(violation("a reason is not UTF-8")),
    }
}

/// The begin of a character whose rest has not arrived.
#[derive(Default)]
struct Utf8Tail {
    bytes: [u8; 4],
    len: usize,
}

impl Utf8Tail {
    /// Whether the text so far goes on with `part`; at its end no character may be unfinished.
    fn accepts(&mut self, mut part: &[u8], ends: bool) -> bool {
        while self.len > 0 {
            let Some((&first, rest)) = part.split_first() else {
                return !ends;
            };
            self.bytes[self.len] = first;
            self.len += 1;
            part = rest;
            match std::str::from_utf8(&self.bytes[..self.len]) {
                Ok(_) => self.len = 0,
                Err(error) if error.error_len().is_some() => return false,
                Err(_) => {}
            }
        }
        match std::str::from_utf8(part) {
            Ok(_) => true,
            Err(error) if error.error_len().is_some() || ends => false,
            Err(error) => {
                let tail = &part[error.valid_up_to()..];
                self.bytes[..tail.len()].copy_from_slice(tail);
                self.len = tail.len();
                true
            }
        }
    }
}

/// The other end broke a rule of RFC 6455.
#[derive(Debug)]
pub(super) struct Violation {
    /// What the Close says that answers it.
    pub(super) status: u16,
    rule: &'static str,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "WebSocket protocol violation: {}", self.rule)
    }
}

impl std::error::Error for Violation {}

fn violation(rule: &'static str) -> Violation {
    Violation { status: 1002, rule }
}
