use serde::Serialize;
use serde::de::DeserializeOwned;

use super::records::Records;
use crate::protocol::{DecodeError, EncodeError};

/// Gives one encoded value its type.
pub(in crate::protocol) fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, DecodeError> {
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let value = T::deserialize(Records(&mut json)).map_err(DecodeError::new)?;
    json.end().map_err(DecodeError::new)?;
    Ok(value)
}

/// Appends one value.
pub(in crate::protocol) fn encode<T: Serialize + ?Sized>(
    out: &mut Vec<u8>,
    value: &T,
) -> Result<(), EncodeError> {
    serde_json::to_writer(out, value).map_err(EncodeError::new)
}
