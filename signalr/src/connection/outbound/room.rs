/// How much a queue holds before it is full.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Room {
    bytes: usize,
    messages: usize,
}

impl Room {
    /// 0 bytes: no limit.
    pub(crate) fn new(bytes: usize, messages: Option<usize>) -> Self {
        Self {
            bytes: if bytes == 0 { usize::MAX } else { bytes },
            messages: messages.unwrap_or(usize::MAX),
        }
    }

    /// No limit but that of bytes.
    pub(crate) fn bytes(bytes: usize) -> Self {
        Self::new(bytes, None)
    }

    pub(super) fn has_room(&self, bytes: usize, messages: usize) -> bool {
        bytes < self.bytes && messages < self.messages
    }

    /// Whether at most half of it is taken.
    pub(super) fn is_half_free(&self, bytes: usize, messages: usize) -> bool {
        bytes <= self.bytes / 2 && messages <= self.messages / 2
    }
}
