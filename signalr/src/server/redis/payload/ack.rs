use bytes::Bytes;
use rmp::encode;

use super::reader::{Malformed, Reader};

/// `[id]`
pub(in crate::server::redis) fn write_ack(id: i32) -> Bytes {
    let mut out = Vec::with_capacity(6);
    // A vector takes all bytes.
    let _ = encode::write_array_len(&mut out, 1);
    let _ = encode::write_sint(&mut out, id.into());
    out.into()
}

pub(in crate::server::redis) fn read_ack(payload: &Bytes) -> Result<i32, Malformed> {
    let mut reader = Reader::new(payload);
    reader.items(1, "Ack")?;
    // .NET's counter wraps; whatever the width, the low bits are the number.
    Ok(reader.integer()? as i32)
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::super::hex;
    use super::{read_ack, write_ack};

    #[test]
    fn acks_are_those_of_the_reference() {
        for (id, bytes) in [
            (0, "91 00"),
            (42, "91 2a"),
            (180, "91 cc b4"),
            (384, "91 cd 01 80"),
            (70_000, "91 ce 00 01 11 70"),
            (-1, "91 ff"),
            (i32::MIN, "91 d2 80 00 00 00"),
        ] {
            assert_eq!(write_ack(id), hex(bytes), "{id}");
            assert_eq!(read_ack(&hex(bytes).into()), Ok(id));
        }
    }

    #[test]
    fn what_follows_is_ignored_and_too_little_is_refused() {
        assert_eq!(read_ack(&hex("92 07 c0").into()), Ok(7));
        assert_eq!(
            read_ack(&hex("90").into()).unwrap_err().to_string(),
            "Insufficient items in Ack array."
        );
        assert!(read_ack(&Bytes::new()).is_err());
        assert!(read_ack(&hex("91 a1 31").into()).is_err());
    }
}
