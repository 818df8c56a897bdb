use rmp_serde::{Deserializer, Serializer};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::cursor::{Cursor, MAX_DEPTH};
use crate::protocol::{DecodeError, EncodeError};

/// Gives one encoded value its type.
pub(in crate::protocol) fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, DecodeError> {
    let mut deserializer = Deserializer::from_read_ref(bytes);
    // The deserializer refuses the level at which its count reaches 0.
    deserializer.set_max_depth(MAX_DEPTH + 1);
    T::deserialize(&mut deserializer).map_err(DecodeError::new)
}

/// Appends one value: structs as maps with their members' names, which is what .NET and JavaScript
/// read.
pub(in crate::protocol) fn encode<T: Serialize + ?Sized>(
    out: &mut Vec<u8>,
    value: &T,
) -> Result<(), EncodeError> {
    value
        .serialize(&mut Serializer::new(out).with_struct_map())
        .map_err(EncodeError::new)
}

/// Cuts the first of the values off that follow each other.
pub(in crate::protocol) fn next_element<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let mut cursor = Cursor::new(rest);
    let value = cursor.value()?;
    *rest = cursor.rest();
    Some(value)
}
