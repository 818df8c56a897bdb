//! The parts of an envelope, each in its shortest form.

use rmp::Marker;

/// Begins an array of `len` elements.
pub(super) fn write_array(out: &mut Vec<u8>, len: usize) {
    match len {
        0..=0x0F => write_marker(out, Marker::FixArray(len as u8)),
        0x10..=0xFFFF => write_u16(out, Marker::Array16, len),
        _ => write_u32(out, Marker::Array32, len),
    }
}

/// Begins a map of `len` entries.
pub(super) fn write_map(out: &mut Vec<u8>, len: usize) {
    match len {
        0..=0x0F => write_marker(out, Marker::FixMap(len as u8)),
        0x10..=0xFFFF => write_u16(out, Marker::Map16, len),
        _ => write_u32(out, Marker::Map32, len),
    }
}

pub(super) fn write_text(out: &mut Vec<u8>, text: &str) {
    match text.len() {
        len @ 0..=0x1F => write_marker(out, Marker::FixStr(len as u8)),
        len @ 0x20..=0xFF => {
            write_marker(out, Marker::Str8);
            out.push(len as u8);
        }
        len @ 0x100..=0xFFFF => write_u16(out, Marker::Str16, len),
        len => write_u32(out, Marker::Str32, len),
    }
    out.extend_from_slice(text.as_bytes());
}

/// The text, or nil.
pub(super) fn write_optional_text(out: &mut Vec<u8>, text: Option<&str>) {
    match text {
        Some(text) => write_text(out, text),
        None => write_marker(out, Marker::Null),
    }
}

pub(super) fn write_boolean(out: &mut Vec<u8>, value: bool) {
    write_marker(out, if value { Marker::True } else { Marker::False });
}

pub(super) fn write_integer(out: &mut Vec<u8>, number: i64) {
    rmp::encode::write_sint(out, number).expect("a vector takes all bytes");
}

fn write_marker(out: &mut Vec<u8>, marker: Marker) {
    out.push(marker.to_u8());
}

fn write_u16(out: &mut Vec<u8>, marker: Marker, len: usize) {
    write_marker(out, marker);
    out.extend_from_slice(&(len as u16).to_be_bytes());
}

/// Lengths beyond 32 bits cannot occur: no message is larger than 2 GB.
fn write_u32(out: &mut Vec<u8>, marker: Marker, len: usize) {
    write_marker(out, marker);
    out.extend_from_slice(&(len as u32).to_be_bytes());
}
