use rmp::Marker;
use rmp::decode::{read_array_len, read_int, read_map_len, read_marker, read_str_from_slice};
use rmp::encode::{write_array_len, write_map_len, write_str, write_uint};

use super::{Event, Failure, Request, Value, unknown};

pub(super) fn write(request: Request<'_>, into: &mut Vec<u8>) -> Result<(), Failure> {
    let mut body = Vec::with_capacity(96);
    match request {
        Request::Call { id, target, text } => {
            head(&mut body, 6, 1, Some(&id.to_string()))?;
            write_str(&mut body, target)?;
            write_array_len(&mut body, 1)?;
            write_str(&mut body, text)?;
            write_array_len(&mut body, 0)?;
        }
        Request::Stream { id, target, count } => {
            head(&mut body, 6, 4, Some(&id.to_string()))?;
            write_str(&mut body, target)?;
            write_array_len(&mut body, 1)?;
            write_uint(&mut body, count)?;
            write_array_len(&mut body, 0)?;
        }
        Request::Upload { id, target } => {
            head(&mut body, 6, 1, Some(&id.to_string()))?;
            write_str(&mut body, target)?;
            write_array_len(&mut body, 0)?;
            write_array_len(&mut body, 1)?;
            write_str(&mut body, "s")?;
        }
        Request::Item(item) => {
            head(&mut body, 4, 2, Some("s"))?;
            write_uint(&mut body, item)?;
        }
        Request::EndOfItems => {
            head(&mut body, 4, 3, Some("s"))?;
            write_uint(&mut body, 2)?;
        }
        Request::Ping => head(&mut body, 1, 6, None)?,
    }
    let mut length = body.len();
    while length > 0x7f {
        into.push(0x80 | (length & 0x7f) as u8);
        length >>= 7;
    }
    into.push(length as u8);
    into.extend_from_slice(&body);
    Ok(())
}

fn head(body: &mut Vec<u8>, fields: u32, kind: u64, id: Option<&str>) -> Result<(), Failure> {
    write_array_len(body, fields)?;
    write_uint(body, kind)?;
    if let Some(id) = id {
        write_map_len(body, 0)?;
        write_str(body, id)?;
    }
    Ok(())
}

pub(super) fn cut(bytes: &[u8]) -> Option<(&[u8], usize)> {
    let mut length = 0;
    for (index, &byte) in bytes.iter().enumerate().take(5) {
        length |= usize::from(byte & 0x7f) << (7 * index);
        if byte & 0x80 == 0 {
            let end = index + 1 + length;
            return Some((bytes.get(index + 1..end)?, end));
        }
    }
    None
}

pub(super) fn read(bytes: &[u8]) -> Result<Event<'_>, Failure> {
    let mut rest = bytes;
    read_array_len(&mut rest)?;
    let kind: u8 = read_int(&mut rest)?;
    if kind == 6 {
        return Ok(Event::Other);
    }
    if read_map_len(&mut rest)? != 0 {
        return Err(unknown(bytes));
    }
    match kind {
        1 => {
            if read_marker(&mut rest).map_err(|_| unknown(bytes))? != Marker::Null {
                return Err(unknown(bytes));
            }
            let (_target, mut rest) = text(rest, bytes)?;
            if read_array_len(&mut rest)? != 1 {
                return Err(unknown(bytes));
            }
            Ok(Event::Pushed(text(rest, bytes)?.0))
        }
        2 => {
            let (_id, mut rest) = text(rest, bytes)?;
            Ok(Event::Item(read_int(&mut rest)?))
        }
        3 => {
            let (id, mut rest) = text(rest, bytes)?;
            let id = id.parse()?;
            match read_int(&mut rest)? {
                2 => Ok(Event::Answer(id, Value::Nothing)),
                3 => Ok(Event::Answer(id, value(rest, bytes)?)),
                _ => Err(unknown(bytes)),
            }
        }
        _ => Err(unknown(bytes)),
    }
}

fn text<'a>(from: &'a [u8], message: &[u8]) -> Result<(&'a str, &'a [u8]), Failure> {
    read_str_from_slice(from).map_err(|_| unknown(message))
}

fn value<'a>(mut from: &'a [u8], message: &[u8]) -> Result<Value<'a>, Failure> {
    if from == [0xc0] {
        return Ok(Value::Nothing);
    }
    match read_str_from_slice(from) {
        Ok((text, _)) => Ok(Value::Text(text)),
        Err(_) => match read_int(&mut from) {
            Ok(number) => Ok(Value::Number(number)),
            Err(_) => Err(unknown(message)),
        },
    }
}
