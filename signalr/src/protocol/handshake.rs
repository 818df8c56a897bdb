use super::ProtocolError;
use super::json::{self, Scanner, property};

/// The first message of a client.
///
/// Handshakes are JSON on every protocol;
/// [`FrameReader::next_handshake`](super::FrameReader::next_handshake) finds their ends.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HandshakeRequest {
    /// The name of the protocol the client asks for, as sent.
    pub protocol: String,
    /// The version of it.
    pub version: i32,
}

/// Reads a handshake request, given the body of its frame.
///
/// # Errors
/// It is not a handshake request; the connection has to be closed.
pub fn parse_request(body: &[u8]) -> Result<HandshakeRequest, ProtocolError> {
    let mut scanner = Scanner::new(body);
    let mut protocol = None;
    let mut version = None;
    property::object(&mut scanner, |scanner, name| {
        match name {
            b"protocol" => protocol = Some(property::text(scanner, "protocol")?),
            b"version" => version = property::optional_int32(scanner, "version")?,
            _ => scanner.skip_value()?,
        }
        Ok(())
    })?;
    let missing = |name| {
        let content = String::from_utf8_lossy(body);
        ProtocolError::invalid_data(format!(
            "Missing required property '{name}'. Message content: {content}"
        ))
    };
    Ok(HandshakeRequest {
        protocol: protocol.ok_or_else(|| missing("protocol"))?.into_owned(),
        version: version.ok_or_else(|| missing("version"))?,
    })
}

/// Reads a handshake response, given the body of its frame: `Err` holds the text with which the
/// server refuses.
///
/// # Errors
/// It is not a handshake response; the connection has to be closed.
pub fn parse_response(body: &[u8]) -> Result<Result<(), String>, ProtocolError> {
    let mut scanner = Scanner::new(body);
    let mut error = None;
    property::object(&mut scanner, |scanner, name| {
        match name {
            b"error" => error = Some(property::text(scanner, "error")?),
            // A hub message: the other side considers the handshake done.
            b"type" => {
                return Err(ProtocolError::invalid_data(
                    "Expected a handshake response from the server.",
                ));
            }
            _ => scanner.skip_value()?,
        }
        Ok(())
    })?;
    match error {
        Some(error) if !error.is_empty() => Ok(Err(error.into_owned())),
        _ => Ok(Ok(())),
    }
}

/// Appends a framed handshake request to `out`.
pub fn write_request(out: &mut Vec<u8>, protocol: &str, version: i32) {
    out.extend_from_slice(b"{\"protocol\":");
    json::write_text(out, protocol);
    out.extend_from_slice(b",\"version\":");
    json::write_integer(out, version.into());
    out.extend_from_slice(b"}\x1e");
}

/// Appends a framed handshake response to `out`. With an `error` it is a refusal.
pub fn write_response(out: &mut Vec<u8>, error: Option<&str>) {
    match error {
        None => out.extend_from_slice(b"{}\x1e"),
        Some(error) => {
            out.extend_from_slice(b"{\"error\":");
            json::write_text(out, error);
            out.extend_from_slice(b"}\x1e");
        }
    }
}

#[cfg(test)]
mod tests;
