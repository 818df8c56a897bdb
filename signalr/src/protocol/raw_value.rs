use std::fmt;

use serde::de::DeserializeOwned;

use super::{DecodeError, HubProtocol, json};

/// One encoded value, not yet typed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct RawValue<'a> {
    protocol: HubProtocol,
    bytes: &'a [u8],
}

impl<'a> RawValue<'a> {
    /// A value already encoded for `protocol`, such as one that another server has forwarded.
    ///
    /// `bytes` must hold exactly one value. Otherwise decoding it fails, and a message it is
    /// written into cannot be read by its receiver.
    #[must_use]
    pub fn new(protocol: HubProtocol, bytes: &'a [u8]) -> Self {
        Self { protocol, bytes }
    }

    /// Gives the value its type.
    ///
    /// # Errors
    /// The value does not fit `T`.
    pub fn decode<T: DeserializeOwned>(&self) -> Result<T, DecodeError> {
        match self.protocol {
            HubProtocol::Json => json::decode(self.bytes),
            #[cfg(feature = "messagepack")]
            HubProtocol::MessagePack => super::messagepack::decode(self.bytes),
        }
    }

    /// The protocol it is encoded for.
    #[must_use]
    pub fn protocol(&self) -> HubProtocol {
        self.protocol
    }

    /// Its encoded form.
    #[must_use]
    pub fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// Whether it is null.
    #[must_use]
    pub fn is_null(&self) -> bool {
        match self.protocol {
            HubProtocol::Json => self.bytes == b"null",
            #[cfg(feature = "messagepack")]
            HubProtocol::MessagePack => self.bytes == [0xC0],
        }
    }
}

impl fmt::Debug for RawValue<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "RawValue({}, {})",
            self.protocol.name(),
            self.bytes.escape_ascii()
        )
    }
}
