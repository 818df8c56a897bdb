use std::fmt;

use bytes::Bytes;
use rmp::decode::{self, RmpRead};

/// A payload that is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::server::redis) struct Malformed(String);

impl Malformed {
    pub(super) fn new(text: String) -> Self {
        Self(text)
    }

    fn at(what: &str) -> Self {
        Self(format!("the payload has no {what} where one belongs"))
    }
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Reads a payload from left to right; byte strings share its memory.
pub(super) struct Reader<'a> {
    payload: &'a Bytes,
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    pub(super) fn new(payload: &'a Bytes) -> Self {
        Self {
            payload,
            rest: payload,
        }
    }

    /// The number of items of the array that comes next, which have to be `at_least` so many.
    pub(super) fn items(&mut self, at_least: u32, what: &str) -> Result<u32, Malformed> {
        let items = decode::read_array_len(&mut self.rest).map_err(|_| Malformed::at("array"))?;
        if items < at_least {
            return Err(Malformed(format!("Insufficient items in {what} array.")));
        }
        Ok(items)
    }

    /// The number of items of the array that comes next, or 0 for nil; never more than there are
    /// bytes.
    pub(super) fn list(&mut self) -> Result<usize, Malformed> {
        if self.nil() {
            return Ok(0);
        }
        let items = self.items(0, "")? as usize;
        self.plausible(items)
    }

    pub(super) fn map(&mut self) -> Result<usize, Malformed> {
        let entries =
            decode::read_map_len(&mut self.rest).map_err(|_| Malformed::at("map"))? as usize;
        self.plausible(entries)
    }

    fn plausible(&self, count: usize) -> Result<usize, Malformed> {
        if count > self.rest.len() {
            return Err(Malformed::at("so many items"));
        }
        Ok(count)
    }

    fn nil(&mut self) -> bool {
        let is_nil = self.rest.first() == Some(&0xC0);
        if is_nil {
            self.rest = &self.rest[1..];
        }
        is_nil
    }

    /// The text that comes next; nil is the empty text.
    pub(super) fn text(&mut self) -> Result<&'a str, Malformed> {
        if self.nil() {
            return Ok("");
        }
        let (text, rest) = decode::read_str_from_slice(self.rest)
            .ok()
            .ok_or_else(|| Malformed::at("text"))?;
        self.rest = rest;
        Ok(text)
    }

    pub(super) fn bytes(&mut self) -> Result<Bytes, Malformed> {
        let len = decode::read_bin_len(&mut self.rest).map_err(|_| Malformed::at("byte string"))?
            as usize;
        if len > self.rest.len() {
            return Err(Malformed::at("whole byte string"));
        }
        let (bytes, rest) = self.rest.split_at(len);
        self.rest = rest;
        Ok(self.payload.slice_ref(bytes))
    }

    pub(super) fn integer(&mut self) -> Result<i64, Malformed> {
        decode::read_int(&mut self.rest).map_err(|_| Malformed::at("whole number"))
    }

    pub(super) fn boolean(&mut self) -> Result<bool, Malformed> {
        match self.rest.read_u8() {
            Ok(0xC2) => Ok(false),
            Ok(0xC3) => Ok(true),
            _ => Err(Malformed::at("truth value")),
        }
    }
}
