use bytes::Bytes;

use crate::protocol::{Argument, EncodeError, HubProtocol, OutgoingInvocation};

/// Some of the hub protocols.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ProtocolSet(u8);

impl ProtocolSet {
    /// None of them.
    pub const NONE: Self = Self(0);

    /// This one too.
    #[must_use]
    pub fn with(self, protocol: HubProtocol) -> Self {
        Self(self.0 | 1 << slot(protocol))
    }

    /// These.
    #[must_use]
    pub fn of(protocols: &[HubProtocol]) -> Self {
        protocols
            .iter()
            .fold(Self::NONE, |set, &protocol| set.with(protocol))
    }

    /// Whether it is one of them.
    #[must_use]
    pub fn contains(self, protocol: HubProtocol) -> bool {
        self.0 & (1 << slot(protocol)) != 0
    }
}

/// How many protocols there can be.
pub(super) const SLOTS: usize = 2;

pub(super) fn slot(protocol: HubProtocol) -> usize {
    match protocol {
        HubProtocol::Json => 0,
        #[cfg(feature = "messagepack")]
        HubProtocol::MessagePack => 1,
    }
}

/// A call to clients, written once for each protocol however many receive it.
#[derive(Debug, Clone, Default)]
pub struct EncodedMessage {
    bytes: [Option<Bytes>; SLOTS],
    is_question: bool,
}

impl EncodedMessage {
    /// Writes a call in each of these protocols.
    ///
    /// # Errors
    /// An argument cannot be written.
    pub fn invocation(
        protocols: ProtocolSet,
        invocation_id: Option<&str>,
        target: &str,
        arguments: &[&dyn Argument],
    ) -> Result<Self, EncodeError> {
        let mut message = Self {
            is_question: invocation_id.is_some(),
            ..Self::default()
        };
        for &protocol in HubProtocol::ALL {
            if !protocols.contains(protocol) {
                continue;
            }
            let mut bytes = Vec::with_capacity(128);
            let invocation = OutgoingInvocation {
                headers: &[],
                invocation_id,
                target,
                arguments,
                stream_ids: &[],
                streaming: false,
            };
            protocol.write_invocation(&mut bytes, &invocation)?;
            message.bytes[slot(protocol)] = Some(bytes.into());
        }
        Ok(message)
    }

    /// The message with bytes that are already written, as a backplane receives them.
    #[must_use]
    pub fn with(mut self, protocol: HubProtocol, bytes: Bytes) -> Self {
        self.bytes[slot(protocol)] = Some(bytes);
        self
    }

    /// The message asks for a result, as one that was [made](Self::invocation) with an id does: it is
    /// not dropped where a client is slow.
    #[must_use]
    pub fn asking(mut self) -> Self {
        self.is_question = true;
        self
    }

    /// Whether the message asks for a result.
    #[must_use]
    pub fn is_question(&self) -> bool {
        self.is_question
    }

    /// The message in each protocol it has, JSON first.
    pub fn iter(&self) -> impl Iterator<Item = (HubProtocol, &Bytes)> {
        HubProtocol::ALL
            .iter()
            .filter_map(|&protocol| Some((protocol, self.get(protocol)?)))
    }

    /// The bytes for connections of this protocol, framing included.
    #[must_use]
    pub fn get(&self, protocol: HubProtocol) -> Option<&Bytes> {
        self.bytes[slot(protocol)].as_ref()
    }
}
