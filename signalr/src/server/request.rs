use std::borrow::Cow;
use std::fmt;

use bytes::BytesMut;
use http::{Extensions, HeaderMap, HeaderValue, Method, Uri, request};

use super::Principal;

/// The HTTP request that opened a connection.
pub struct ConnectionRequest {
    parts: request::Parts,
}

impl ConnectionRequest {
    pub(crate) fn new(mut parts: request::Parts) -> Self {
        parts.extensions.remove::<hyper::upgrade::OnUpgrade>();
        detach(&mut parts);
        Self { parts }
    }

    /// The method.
    #[must_use]
    pub fn method(&self) -> &Method {
        &self.parts.method
    }

    /// Path and query.
    #[must_use]
    pub fn uri(&self) -> &Uri {
        &self.parts.uri
    }

    /// The headers.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.parts.headers
    }

    /// A header's value, if there is one and it is text.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.parts.headers.get(name)?.to_str().ok()
    }

    /// What middleware has put beside the request.
    #[must_use]
    pub fn extensions(&self) -> &Extensions {
        &self.parts.extensions
    }

    /// The user that middleware has put beside the request.
    #[must_use]
    pub fn principal(&self) -> Option<&Principal> {
        self.parts.extensions.get()
    }

    /// The first query value of this name, decoded. Names are compared without regard to case, as
    /// ASP.NET Core does.
    #[must_use]
    pub fn query(&self, name: &str) -> Option<Cow<'_, str>> {
        self.query_all(name).next()
    }

    /// All query values of this name, decoded.
    pub fn query_all<'q>(&'q self, name: &str) -> impl Iterator<Item = Cow<'q, str>> {
        query_values(self.parts.uri.query().unwrap_or_default(), name)
    }
}

impl fmt::Debug for ConnectionRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Neither the query nor the headers: they may hold tokens.
        f.debug_struct("ConnectionRequest")
            .field("method", self.method())
            .field("path", &self.uri().path())
            .finish_non_exhaustive()
    }
}

/// Copies what the HTTP layer has lent. Its values are slices of the buffer that it read the request
/// into (16 KiB in hyper), which would live as long as the connection.
fn detach(parts: &mut request::Parts) {
    let values = parts.headers.values().map(HeaderValue::len).sum::<usize>();
    let mut copy = BytesMut::with_capacity(values);
    let mut headers = HeaderMap::with_capacity(parts.headers.keys_len());
    for (name, value) in &parts.headers {
        copy.extend_from_slice(value.as_bytes());
        // What was a value before is one again.
        if let Ok(mut own) = HeaderValue::from_maybe_shared(copy.split().freeze()) {
            own.set_sensitive(value.is_sensitive());
            headers.append(name.clone(), own);
        }
    }
    parts.headers = headers;
    if let Ok(uri) = parts.uri.to_string().parse() {
        parts.uri = uri;
    }
}

/// The decoded values of `name` in a query string.
pub(crate) fn query_values<'q>(query: &'q str, name: &str) -> impl Iterator<Item = Cow<'q, str>> {
    query.split('&').filter_map(move |pair| {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        decode(key)
            .eq_ignore_ascii_case(name)
            .then(|| decode(value))
    })
}

/// The decoded values of `name` in a query string as one text, as .NET has it: joined by commas, and
/// empty ones left out. `None`: it has none at all.
pub(crate) fn query_value<'q>(query: &'q str, name: &str) -> Option<Cow<'q, str>> {
    query_values(query, name).reduce(|all, next| match (&*all, &*next) {
        ("", _) => next,
        (_, "") => all,
        _ => format!("{all},{next}").into(),
    })
}

/// Undoes form encoding; what is no valid escape stays as it is.
fn decode(text: &str) -> Cow<'_, str> {
    if !text.contains(['%', '+']) {
        return Cow::Borrowed(text);
    }
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let escape = bytes
            .get(at + 1..at + 3)
            .filter(|_| bytes[at] == b'%')
            .and_then(|digits| std::str::from_utf8(digits).ok())
            .filter(|digits| !digits.starts_with('+'))
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        match (escape, bytes[at]) {
            (Some(byte), _) => {
                decoded.push(byte);
                at += 3;
            }
            (None, byte) => {
                decoded.push(if byte == b'+' { b' ' } else { byte });
                at += 1;
            }
        }
    }
    Cow::Owned(String::from_utf8_lossy(&decoded).into_owned())
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    #[test]
    fn a_kept_request_is_the_same_and_shares_nothing() {
        let buffer = Bytes::from_static(b"/hub?id=1&name=%20xab");
        let value = |range| HeaderValue::from_maybe_shared(buffer.slice(range)).expect("a value");
        let mut request = http::Request::new(());
        *request.uri_mut() = Uri::from_maybe_shared(buffer.slice(..18)).expect("a path");
        let headers = request.headers_mut();
        headers.append("x-one", value(18..19));
        headers.append("x-two", value(19..20));
        headers.append("x-two", value(20..21));
        let (parts, ()) = request.into_parts();
        let (headers, uri) = (parts.headers.clone(), parts.uri.clone());
        let kept = ConnectionRequest::new(parts);
        assert_eq!((kept.headers(), kept.uri()), (&headers, &uri));
        for (old, new) in headers.values().zip(kept.headers().values()) {
            assert_ne!(old.as_bytes().as_ptr(), new.as_bytes().as_ptr());
        }
        assert_ne!(uri.path().as_ptr(), kept.uri().path().as_ptr());
    }

    #[test]
    fn query_values_are_decoded() {
        let query = "a=1&ID=x%20y&id=+%2B&b&c=%zz&d=%e4%bd%a0";
        let get = |name| query_values(query, name).collect::<Vec<_>>().join(",");
        assert_eq!(get("id"), "x y, +");
        assert_eq!(get("b"), "");
        assert_eq!(get("c"), "%zz");
        assert_eq!(get("d"), "你");
        assert_eq!(query_values(query, "e").count(), 0);
    }

    #[test]
    fn a_name_that_comes_more_than_once_has_one_value() {
        let get = |query| query_value(query, "id");
        assert_eq!(get("id=x&ID=y").as_deref(), Some("x,y"));
        assert_eq!(get("id=x&id=").as_deref(), Some("x"));
        assert_eq!(get("id&id=x&id=&id=y").as_deref(), Some("x,y"));
        assert_eq!(get("id=&id").as_deref(), Some(""));
        assert_eq!(get("name=x"), None);
    }
}
