use std::io::Write;

use super::{Event, Failure, Request, Value, not_offered, unknown};

pub(super) fn write(request: Request<'_>, into: &mut Vec<u8>) -> Result<(), Failure> {
    let Request::Call { id, target, text } = request else {
        return Err(not_offered());
    };
    write!(into, r#"42{id}["{target}","{}"]"#, text)?;
    Ok(())
}

pub(super) fn read(bytes: &[u8]) -> Result<Event<'_>, Failure> {
    let Some(packet) = bytes.strip_prefix(b"4") else {
        return Ok(Event::Other);
    };
    match packet.first() {
        Some(b'2') => {
            let [_, text] = serde_json::from_slice::<[&str; 2]>(&packet[1..])?;
            Ok(Event::Pushed(text))
        }
        Some(b'3') => {
            let start = packet.iter().position(|&byte| byte == b'[');
            let (id, values) = packet[1..].split_at(start.ok_or_else(|| unknown(bytes))? - 1);
            let id = std::str::from_utf8(id)?.parse()?;
            match serde_json::from_slice::<[Option<&str>; 1]>(values)? {
                [Some(text)] => Ok(Event::Answer(id, Value::Text(text))),
                [None] => Ok(Event::Answer(id, Value::Nothing)),
            }
        }
        _ => Err(unknown(bytes)),
    }
}
