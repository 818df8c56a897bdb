/// How much a queue holds before it is full.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Room {
    /// 0: no limit.
    pub(crate) bytes: usize,
    pub(crate) messages: Option<usize>,
}

impl Room {
    #[cfg(any(feature = "client", test))]
    pub(crate) fn bytes(bytes: usize) -> Self {
        Self {
            bytes,
            messages: None,
        }
    }

    pub(super) fn has_room(&self, bytes: usize, messages: usize) -> bool {
        (self.bytes == 0 || bytes < self.bytes) && self.messages.is_none_or(|most| messages < most)
    }

    /// Whether at most half of the room is taken.
    pub(super) fn is_half_free(&self, bytes: usize, messages: usize) -> bool {
        (self.bytes == 0 || bytes <= self.bytes / 2)
            && self.messages.is_none_or(|most| messages <= most / 2)
    }
}
