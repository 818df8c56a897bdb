use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::protocol::{DecodeError, EncodeError};

/// Gives one encoded value its type.
pub(in crate::protocol) fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, DecodeError> {
    serde_json::from_slice(bytes).map_err(DecodeError::new)
}

/// Appends one value.
pub(in crate::protocol) fn encode<T: Serialize + ?Sized>(
    out: &mut Vec<u8>,
    value: &T,
) -> Result<(), EncodeError> {
    serde_json::to_writer(out, value).map_err(EncodeError::new)
}
