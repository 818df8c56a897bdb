#[cfg(feature = "messagepack")]
use super::messagepack;
use super::{
    Argument, EncodeError, Message, Outcome, OutgoingInvocation, ProtocolError, RawValue,
    TransferFormat, json,
};

/// An encoding of hub messages, agreed on in the handshake.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[non_exhaustive]
pub enum HubProtocol {
    /// JSON text, each message ended by a record separator.
    Json,
    /// MessagePack, each message behind its length.
    #[cfg(feature = "messagepack")]
    MessagePack,
}

impl HubProtocol {
    /// All that are compiled in, JSON first.
    pub const ALL: &'static [Self] = &[
        Self::Json,
        #[cfg(feature = "messagepack")]
        Self::MessagePack,
    ];

    /// The name the handshake uses.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Json => "json",
            #[cfg(feature = "messagepack")]
            Self::MessagePack => "messagepack",
        }
    }

    /// The protocol of this name, whose case does not matter.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .copied()
            .find(|protocol| protocol.name().eq_ignore_ascii_case(name))
    }

    /// The highest version spoken. Every lower one is a subset of it.
    #[must_use]
    pub fn version(self) -> i32 {
        2
    }

    /// What kind of bytes it writes.
    #[must_use]
    pub fn transfer_format(self) -> TransferFormat {
        match self {
            Self::Json => TransferFormat::Text,
            #[cfg(feature = "messagepack")]
            Self::MessagePack => TransferFormat::Binary,
        }
    }

    /// Reads the body of one frame.
    ///
    /// # Errors
    /// It is not a message; the connection has to be closed.
    pub fn parse(self, body: &[u8]) -> Result<Message<'_>, ProtocolError> {
        match self {
            Self::Json => json::parse(body),
            #[cfg(feature = "messagepack")]
            Self::MessagePack => messagepack::parse(body),
        }
    }

    /// Appends an Invocation or StreamInvocation to `out`.
    ///
    /// # Errors
    /// An argument cannot be encoded. `out` is then as before.
    pub fn write_invocation(
        self,
        out: &mut Vec<u8>,
        invocation: &OutgoingInvocation<'_>,
    ) -> Result<(), EncodeError> {
        whole(out, |out| match self {
            Self::Json => json::write_invocation(out, invocation),
            #[cfg(feature = "messagepack")]
            Self::MessagePack => messagepack::write_invocation(out, invocation),
        })
    }

    /// Appends a StreamItem to `out`.
    ///
    /// # Errors
    /// The item cannot be encoded. `out` is then as before.
    pub fn write_stream_item(
        self,
        out: &mut Vec<u8>,
        invocation_id: &str,
        item: &dyn Argument,
    ) -> Result<(), EncodeError> {
        whole(out, |out| match self {
            Self::Json => json::write_stream_item(out, invocation_id, item),
            #[cfg(feature = "messagepack")]
            Self::MessagePack => messagepack::write_stream_item(out, invocation_id, item),
        })
    }

    /// Appends a Completion to `out`.
    ///
    /// # Errors
    /// The result cannot be encoded. `out` is then as before.
    pub fn write_completion(
        self,
        out: &mut Vec<u8>,
        invocation_id: &str,
        outcome: Outcome<'_>,
    ) -> Result<(), EncodeError> {
        whole(out, |out| match self {
            Self::Json => json::write_completion(out, invocation_id, outcome),
            #[cfg(feature = "messagepack")]
            Self::MessagePack => messagepack::write_completion(out, invocation_id, outcome),
        })
    }

    /// Appends a Completion to `out` whose result is already encoded, as when a backplane forwards
    /// an answer.
    ///
    /// # Errors
    /// The result is encoded for another protocol. `out` is then as before.
    pub fn write_raw_completion(
        self,
        out: &mut Vec<u8>,
        invocation_id: &str,
        result: RawValue<'_>,
    ) -> Result<(), EncodeError> {
        self.write_completion(out, invocation_id, Outcome::Result(&result))
    }

    /// Appends a CancelInvocation to `out`.
    pub fn write_cancel_invocation(self, out: &mut Vec<u8>, invocation_id: &str) {
        match self {
            Self::Json => json::write_cancel_invocation(out, invocation_id),
            #[cfg(feature = "messagepack")]
            Self::MessagePack => messagepack::write_cancel_invocation(out, invocation_id),
        }
    }

    /// Appends a Ping to `out`.
    pub fn write_ping(self, out: &mut Vec<u8>) {
        match self {
            Self::Json => json::write_ping(out),
            #[cfg(feature = "messagepack")]
            Self::MessagePack => messagepack::write_ping(out),
        }
    }

    /// Appends a Close to `out`. With `allow_reconnect` the other side may connect again by itself.
    pub fn write_close(self, out: &mut Vec<u8>, error: Option<&str>, allow_reconnect: bool) {
        match self {
            Self::Json => json::write_close(out, error, allow_reconnect),
            #[cfg(feature = "messagepack")]
            Self::MessagePack => messagepack::write_close(out, error, allow_reconnect),
        }
    }

    /// Appends an Ack to `out`: every counted message up to `sequence_id` has been received.
    pub fn write_ack(self, out: &mut Vec<u8>, sequence_id: i64) {
        match self {
            Self::Json => json::write_ack(out, sequence_id),
            #[cfg(feature = "messagepack")]
            Self::MessagePack => messagepack::write_ack(out, sequence_id),
        }
    }

    /// Appends a Sequence to `out`: the next counted message is number `sequence_id`.
    pub fn write_sequence(self, out: &mut Vec<u8>, sequence_id: i64) {
        match self {
            Self::Json => json::write_sequence(out, sequence_id),
            #[cfg(feature = "messagepack")]
            Self::MessagePack => messagepack::write_sequence(out, sequence_id),
        }
    }
}

/// Writes a message wholly or not at all.
fn whole(
    out: &mut Vec<u8>,
    write: impl FnOnce(&mut Vec<u8>) -> Result<(), EncodeError>,
) -> Result<(), EncodeError> {
    let before = out.len();
    let written = write(out);
    if written.is_err() {
        out.truncate(before);
    }
    written
}

#[cfg(test)]
mod tests;
