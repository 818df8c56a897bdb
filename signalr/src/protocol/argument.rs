use std::fmt;

use serde::Serialize;

use super::{EncodeError, HubProtocol, RawValue, json};

/// A value that every hub protocol can write: any [`Serialize`] type, or a [`RawValue`].
///
/// It is object safe, so that one list can hold the arguments of a call.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be sent: it does not implement `serde::Serialize`",
    label = "not a value that can be sent",
    note = "add `#[derive(serde::Serialize)]` to `{Self}`"
)]
pub trait Argument {
    /// Writes the value.
    ///
    /// # Errors
    /// The value has no encoding in the protocol, such as a JSON object whose keys are not texts.
    fn encode(&self, to: &mut ValueWriter<'_>) -> Result<(), EncodeError>;
}

#[diagnostic::do_not_recommend]
impl<T: Serialize + ?Sized> Argument for T {
    fn encode(&self, to: &mut ValueWriter<'_>) -> Result<(), EncodeError> {
        to.serialize(self)
    }
}

impl Argument for RawValue<'_> {
    fn encode(&self, to: &mut ValueWriter<'_>) -> Result<(), EncodeError> {
        to.raw(*self)
    }
}

impl fmt::Debug for dyn Argument + '_ {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Argument")
    }
}

/// Where an [`Argument`] writes its one value.
pub struct ValueWriter<'w> {
    protocol: HubProtocol,
    out: &'w mut Vec<u8>,
}

impl<'w> ValueWriter<'w> {
    pub(super) fn new(protocol: HubProtocol, out: &'w mut Vec<u8>) -> Self {
        Self { protocol, out }
    }

    fn serialize<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), EncodeError> {
        match self.protocol {
            HubProtocol::Json => json::encode(self.out, value),
            #[cfg(feature = "messagepack")]
            HubProtocol::MessagePack => super::messagepack::encode(self.out, value),
        }
    }

    fn raw(&mut self, value: RawValue<'_>) -> Result<(), EncodeError> {
        if value.protocol() != self.protocol {
            let (from, to) = (value.protocol().name(), self.protocol.name());
            return Err(EncodeError::new(format!(
                "a value encoded for '{from}' cannot be written to '{to}'"
            )));
        }
        self.out.extend_from_slice(value.bytes());
        Ok(())
    }
}

impl fmt::Debug for ValueWriter<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ValueWriter")
            .field("protocol", &self.protocol)
            .finish_non_exhaustive()
    }
}
