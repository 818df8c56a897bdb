use crate::connection::{Outbound, Receipts};
use crate::error::CloseReason;
use crate::protocol::{Message, ProtocolError};

/// After how many bytes of counted messages they are acknowledged before the second is over: well
/// below what servers keep (100 000 bytes), so that they need not wait.
const ACKNOWLEDGE_BYTES: usize = 32 * 1024;

/// What has arrived, where stateful reconnect is agreed on; see
/// [`connection::stateful`](crate::connection::stateful).
#[derive(Default)]
pub(super) struct Receiving {
    receipts: Receipts,
    /// Over a new transport nothing counts before its Sequence.
    awaits_sequence: bool,
    /// How much has arrived since the last acknowledgement.
    bytes: usize,
}

/// When arrived messages are to be acknowledged.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Acknowledge {
    Nothing,
    Soon,
    Now,
}

impl Receiving {
    /// Whether a message of this many bytes is to be handled.
    pub(super) fn admits(
        &mut self,
        message: &Message<'_>,
        length: usize,
        outbound: &Outbound,
    ) -> Result<bool, CloseReason> {
        match message {
            Message::Close(_) => Ok(true),
            Message::Ack(id) => {
                outbound.acknowledged(*id);
                Ok(false)
            }
            Message::Sequence(id) => {
                let fits = self.receipts.sequence(*id);
                fits.map_err(|error| {
                    CloseReason::Protocol(ProtocolError::out_of_sequence(error.to_string()))
                })?;
                self.awaits_sequence = false;
                Ok(false)
            }
            _ if self.awaits_sequence => Ok(false),
            counted if counted.is_counted() => {
                self.bytes = self.bytes.saturating_add(length);
                Ok(self.receipts.count())
            }
            _ => Ok(true),
        }
    }

    /// There is a new transport.
    pub(super) fn resumed(&mut self) {
        self.awaits_sequence = true;
        self.receipts.resumed();
    }

    pub(super) fn acknowledge(&self) -> Acknowledge {
        match self.bytes {
            0 => Acknowledge::Nothing,
            1..ACKNOWLEDGE_BYTES => Acknowledge::Soon,
            _ => Acknowledge::Now,
        }
    }

    /// The acknowledgement that is to be written now.
    pub(super) fn due(&mut self) -> Option<i64> {
        self.bytes = 0;
        self.receipts.due()
    }
}
