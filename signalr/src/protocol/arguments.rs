use std::fmt;

use serde::de::DeserializeOwned;

use super::{BindError, DecodeError, HubProtocol, RawValue, json};

/// The encoded arguments of an invocation, not yet typed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct RawArguments<'a> {
    pub(super) protocol: HubProtocol,
    /// The values; in JSON with commas between them.
    pub(super) bytes: &'a [u8],
    pub(super) count: usize,
    /// JSON only: the fault is remembered here because it fails the call and not the connection.
    pub(super) trailing_comma: bool,
}

impl<'a> RawArguments<'a> {
    /// Starts to read them, for a method with `expected` parameters.
    #[must_use]
    pub fn reader(&self, expected: usize) -> ArgumentReader<'a> {
        ArgumentReader {
            arguments: *self,
            expected,
            index: 0,
            rest: self.bytes,
        }
    }

    /// The argument at `index`, counted from 0.
    #[must_use]
    pub fn get(&self, index: usize) -> Option<RawValue<'a>> {
        let mut reader = self.reader(self.count);
        (0..=index)
            .map_while(|_| reader.next_value().ok())
            .nth(index)
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.count
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }
}

impl fmt::Debug for RawArguments<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "RawArguments({}, {})",
            self.protocol.name(),
            self.bytes.escape_ascii()
        )
    }
}

/// Reads arguments from left to right, each into the type of its parameter.
///
/// Call [`next`](Self::next) for every parameter and then [`finish`](Self::finish). The order in
/// which faults are reported is that of ASP.NET Core: in JSON a wrong type comes before a wrong
/// count, in MessagePack after it.
#[derive(Clone, Debug)]
pub struct ArgumentReader<'a> {
    arguments: RawArguments<'a>,
    expected: usize,
    index: usize,
    rest: &'a [u8],
}

impl<'a> ArgumentReader<'a> {
    /// The next argument as a `T`.
    ///
    /// # Errors
    /// There is no further argument, the argument is not a `T`, or the arguments are malformed.
    // Not an iterator: every call may ask for another type. Little here depends on `T`: a hub with
    // fifty methods compiles this for each type of a parameter.
    #[expect(
        clippy::should_implement_trait,
        reason = "each call may ask for another type"
    )]
    pub fn next<T: DeserializeOwned>(&mut self) -> Result<T, BindError> {
        let value = self.next_value()?;
        value.decode().map_err(|detail| self.wrong_type(detail))
    }

    /// Checks that nothing is left.
    ///
    /// # Errors
    /// More arguments came than were expected, or the arguments are malformed.
    pub fn finish(self) -> Result<(), BindError> {
        self.check_end()
    }

    fn next_value(&mut self) -> Result<RawValue<'a>, BindError> {
        let protocol = self.arguments.protocol;
        let value = match protocol {
            HubProtocol::Json => json::next_element(&mut self.rest),
            #[cfg(feature = "messagepack")]
            HubProtocol::MessagePack => {
                self.check_count()?;
                super::messagepack::next_element(&mut self.rest)
            }
        };
        let Some(bytes) = value else {
            self.check_end()?;
            return Err(self.wrong_count());
        };
        self.index += 1;
        Ok(RawValue::new(protocol, bytes))
    }

    fn check_end(&self) -> Result<(), BindError> {
        if self.arguments.trailing_comma {
            return Err(BindError::TrailingComma);
        }
        self.check_count()
    }

    fn check_count(&self) -> Result<(), BindError> {
        if self.arguments.count == self.expected {
            Ok(())
        } else {
            Err(self.wrong_count())
        }
    }

    fn wrong_count(&self) -> BindError {
        BindError::WrongCount {
            provided: self.arguments.count,
            expected: self.expected,
        }
    }

    #[cold]
    fn wrong_type(&self, detail: DecodeError) -> BindError {
        BindError::WrongType {
            index: self.index - 1,
            detail,
        }
    }
}

#[cfg(test)]
mod tests;
