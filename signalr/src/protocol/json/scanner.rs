use super::plain::plain_len;
use super::syntax_error::SyntaxError;
use super::text::Text;

/// How deep objects and arrays may nest, the outermost one included.
const MAX_DEPTH: u32 = 64;

/// What the first byte of a value tells.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::protocol) enum Kind {
    Object,
    Array,
    Text,
    Number,
    True,
    False,
    Null,
}

/// Walks over JSON text once, without building anything.
///
/// It checks the grammar of all it passes, and how deep it nests, but not the UTF-8 of texts that
/// nobody asks for: an argument that is not UTF-8 fails its call and not the connection.
#[derive(Clone, Debug)]
pub(in crate::protocol) struct Scanner<'a> {
    rest: &'a [u8],
    /// The length of the whole text.
    len: usize,
    depth: u32,
}

impl<'a> Scanner<'a> {
    pub(in crate::protocol) fn new(text: &'a [u8]) -> Self {
        Self {
            rest: text,
            len: text.len(),
            depth: 0,
        }
    }

    /// What kind of value comes next. The value stays unread.
    #[inline]
    pub(in crate::protocol) fn kind(&mut self) -> Result<Kind, SyntaxError> {
        match self.peek() {
            Some(b'{') => Ok(Kind::Object),
            Some(b'[') => Ok(Kind::Array),
            Some(b'"') => Ok(Kind::Text),
            Some(b'-' | b'0'..=b'9') => Ok(Kind::Number),
            Some(b't') => Ok(Kind::True),
            Some(b'f') => Ok(Kind::False),
            Some(b'n') => Ok(Kind::Null),
            Some(_) => Err(self.error("An invalid start of a value")),
            None => Err(self.error("The text ends before a value")),
        }
    }

    /// What has not been read: from the next value on if its kind has been asked for, else from the
    /// end of the last one.
    pub(super) fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// Enters the object or array that comes next.
    #[inline]
    pub(super) fn open(&mut self) -> Result<(), SyntaxError> {
        if self.depth == MAX_DEPTH {
            return Err(self.error("More than 64 levels"));
        }
        self.depth += 1;
        self.skip(1);
        Ok(())
    }

    /// Leaves the innermost object or array if `bracket` comes next.
    #[inline]
    pub(super) fn close(&mut self, bracket: u8) -> bool {
        let closes = self.peek() == Some(bracket);
        if closes {
            self.depth -= 1;
            self.skip(1);
        }
        closes
    }

    /// The comma between two properties or elements.
    #[inline]
    pub(super) fn comma(&mut self) -> Result<(), SyntaxError> {
        self.expect(b',', "Neither a comma nor the end of an object or array")
    }

    /// The name of a property, and the colon behind it.
    #[inline]
    pub(super) fn name(&mut self) -> Result<Text<'a>, SyntaxError> {
        let name = self.text()?;
        self.expect(b':', "No colon behind a property's name")?;
        Ok(name)
    }

    /// The text that comes next.
    #[inline]
    pub(super) fn text(&mut self) -> Result<Text<'a>, SyntaxError> {
        self.expect(b'"', "No text where one must be")?;
        let len = plain_len(self.rest);
        let (bytes, rest) = self.rest.split_at(len);
        let Some((b'"', rest)) = rest.split_first() else {
            return self.text_with_escapes(len);
        };
        self.rest = rest;
        Ok(Text {
            bytes,
            escaped: false,
        })
    }

    /// The text of which `len` bytes have turned out to be plain.
    fn text_with_escapes(&mut self, mut len: usize) -> Result<Text<'a>, SyntaxError> {
        let text = self.rest;
        loop {
            self.rest = &text[len..];
            match self.rest {
                [b'"', rest @ ..] => {
                    self.rest = rest;
                    return Ok(Text {
                        bytes: &text[..len],
                        escaped: true,
                    });
                }
                [
                    b'\\',
                    b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't',
                    ..,
                ] => len += 2,
                [b'\\', b'u', a, b, c, d, ..]
                    if [a, b, c, d].iter().all(|d| d.is_ascii_hexdigit()) =>
                {
                    len += 6;
                }
                [b'\\', ..] => return Err(self.error("An invalid escape")),
                [_, ..] => return Err(self.error("A control character in a text")),
                [] => return Err(self.error("The text ends inside a text")),
            }
            len += plain_len(&text[len..]);
        }
    }

    /// The number that comes next, as written.
    pub(super) fn number(&mut self) -> Result<&'a [u8], SyntaxError> {
        let number = self.rest;
        self.skip_if(b"-");
        if !self.skip_if(b"0") {
            self.digits()?;
        }
        if self.skip_if(b".") {
            self.digits()?;
        }
        if self.skip_if(b"eE") {
            self.skip_if(b"+-");
            self.digits()?;
        }
        match self.rest.first() {
            None | Some(b' ' | b'\t' | b'\n' | b'\r' | b',' | b']' | b'}') => {
                Ok(&number[..number.len() - self.rest.len()])
            }
            Some(_) => Err(self.error("An invalid end of a number")),
        }
    }

    /// `true`, `false` or `null`, of which the first letter has been seen.
    pub(super) fn literal(&mut self, kind: Kind) -> Result<(), SyntaxError> {
        let literal: &[u8] = match kind {
            Kind::True => b"true",
            Kind::False => b"false",
            _ => b"null",
        };
        if !self.rest.starts_with(literal) {
            return Err(self.error("An invalid literal"));
        }
        self.skip(literal.len());
        Ok(())
    }

    /// Passes the value that comes next and returns it as written.
    pub(super) fn value(&mut self) -> Result<&'a [u8], SyntaxError> {
        self.kind()?;
        let value = self.rest;
        self.skip_value()?;
        Ok(&value[..value.len() - self.rest.len()])
    }

    /// Passes the value that comes next.
    pub(in crate::protocol) fn skip_value(&mut self) -> Result<(), SyntaxError> {
        let outside = self.depth;
        // One bit for each open bracket, the innermost lowest: is it an object's? No recursion, so
        // no input can use up the stack. Only what is opened here is noted, and 64 bits are enough
        // for that.
        let mut in_object: u64 = 0;
        loop {
            match self.kind()? {
                Kind::Object => {
                    self.open()?;
                    in_object = in_object << 1 | 1;
                    if !self.close(b'}') {
                        self.name()?;
                        continue;
                    }
                    in_object >>= 1;
                }
                Kind::Array => {
                    self.open()?;
                    in_object <<= 1;
                    if !self.close(b']') {
                        continue;
                    }
                    in_object >>= 1;
                }
                scalar => self.skip_scalar(scalar)?,
            }
            loop {
                if self.depth == outside {
                    return Ok(());
                }
                let object = in_object & 1 == 1;
                if !self.close(if object { b'}' } else { b']' }) {
                    self.comma()?;
                    if object {
                        self.name()?;
                    }
                    break;
                }
                in_object >>= 1;
            }
        }
    }

    /// Passes a value that is neither object nor array.
    pub(super) fn skip_scalar(&mut self, kind: Kind) -> Result<(), SyntaxError> {
        match kind {
            Kind::Text => self.text().map(drop),
            Kind::Number => self.number().map(drop),
            literal => self.literal(literal),
        }
    }

    /// The next byte that is not blank.
    #[inline]
    fn peek(&mut self) -> Option<u8> {
        match self.rest.first() {
            Some(&byte) if byte > b' ' => Some(byte),
            _ => self.peek_behind_blanks(),
        }
    }

    #[cold]
    fn peek_behind_blanks(&mut self) -> Option<u8> {
        while let [b' ' | b'\t' | b'\n' | b'\r', rest @ ..] = self.rest {
            self.rest = rest;
        }
        self.rest.first().copied()
    }

    #[inline]
    fn expect(&mut self, byte: u8, otherwise: &'static str) -> Result<(), SyntaxError> {
        if self.peek() != Some(byte) {
            return Err(self.error(otherwise));
        }
        self.skip(1);
        Ok(())
    }

    #[inline]
    fn skip_if(&mut self, any_of: &[u8]) -> bool {
        let skips = self.rest.first().is_some_and(|byte| any_of.contains(byte));
        self.skip(usize::from(skips));
        skips
    }

    fn digits(&mut self) -> Result<(), SyntaxError> {
        let count = self
            .rest
            .iter()
            .take_while(|byte| byte.is_ascii_digit())
            .count();
        self.skip(count);
        if count == 0 {
            Err(self.error("No digit where one must be"))
        } else {
            Ok(())
        }
    }

    #[inline]
    fn skip(&mut self, count: usize) {
        self.rest = &self.rest[count..];
    }

    #[cold]
    fn error(&self, reason: &'static str) -> SyntaxError {
        SyntaxError::new(reason, self.len - self.rest.len())
    }
}
