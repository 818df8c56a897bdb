use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Version, header};
use axum::response::Response;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig, STANDARD};
use base64::{Engine, alphabet};
use bytes::Bytes;
use hyper::upgrade::{OnUpgrade, Upgraded};
use hyper_util::rt::TokioIo;
use sha1::{Digest, Sha1};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

/// A request to become a WebSocket: over HTTP/1.1 (RFC 6455, 4.2) or, with the feature `http2`, over
/// HTTP/2 (RFC 8441).
pub(super) struct Upgrade {
    /// The proof that the key was read; HTTP/2 has none.
    accept: Option<HeaderValue>,
    on_upgrade: OnUpgrade,
}

impl Upgrade {
    /// The upgrade that a GET or CONNECT request asks for, if it asks for one and may.
    pub(super) fn of(request: &mut Request) -> Option<Self> {
        if !has_word(request.headers(), &header::SEC_WEBSOCKET_VERSION, "13") {
            return None;
        }
        let accept = if request.method() == Method::CONNECT {
            if !is_extended(request) {
                return None;
            }
            None
        } else {
            Some(proof(request)?)
        };
        let on_upgrade = request.extensions_mut().remove::<OnUpgrade>()?;
        Some(Self { accept, on_upgrade })
    }

    /// The answer that agrees to it, perhaps to one of the sub-protocols on offer.
    pub(super) fn response(&self, sub_protocol: Option<HeaderValue>) -> Response {
        let mut response = Response::new(Body::empty());
        if let Some(accept) = &self.accept {
            *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
            let headers = response.headers_mut();
            headers.insert(header::CONNECTION, HeaderValue::from_static("Upgrade"));
            headers.insert(header::UPGRADE, HeaderValue::from_static("websocket"));
            headers.insert(header::SEC_WEBSOCKET_ACCEPT, accept.clone());
        }
        let headers = response.headers_mut();
        if let Some(sub_protocol) = sub_protocol {
            headers.insert(header::SEC_WEBSOCKET_PROTOCOL, sub_protocol);
        }
        response
    }

    /// The socket, once the answer is out, and what had been read behind the request.
    pub(super) async fn finish(self) -> Result<(Socket, Bytes), hyper::Error> {
        let upgraded = self.on_upgrade.await?;
        // axum serves plain TCP: without hyper's wrapping a connection costs less memory and
        // writes need no copy. Anything else works as it is.
        Ok(match upgraded.downcast::<TokioIo<TcpStream>>() {
            Ok(parts) => (Socket::Tcp(parts.io.into_inner()), parts.read_buf),
            Err(upgraded) => (Socket::Other(TokioIo::new(upgraded)), Bytes::new()),
        })
    }
}

/// Whether a CONNECT names WebSockets as what it wants.
#[cfg(feature = "http2")]
fn is_extended(request: &Request) -> bool {
    let protocol = request.extensions().get::<hyper::ext::Protocol>();
    protocol.is_some_and(|protocol| protocol.as_str() == "websocket")
}

#[cfg(not(feature = "http2"))]
fn is_extended(_: &Request) -> bool {
    false
}

/// The proof that a request's key was read, where it asks for a WebSocket over HTTP/1.1.
fn proof(request: &Request) -> Option<HeaderValue> {
    let headers = request.headers();
    if request.version() != Version::HTTP_11
        || !has_word(headers, &header::CONNECTION, "upgrade")
        || !has_word(headers, &header::UPGRADE, "websocket")
    {
        return None;
    }
    let mut keys = headers.get_all(header::SEC_WEBSOCKET_KEY).iter();
    match (keys.next(), keys.next()) {
        (Some(key), None) => accept(key.as_bytes()),
        _ => None,
    }
}

fn has_word(headers: &HeaderMap, name: &HeaderName, word: &str) -> bool {
    words(headers, name).any(|part| part.eq_ignore_ascii_case(word))
}

/// The elements of a header that is a list.
pub(super) fn words<'h>(
    headers: &'h HeaderMap,
    name: &HeaderName,
) -> impl Iterator<Item = &'h str> {
    headers
        .get_all(name)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(str::trim)
}

/// .NET does not mind what is in the bits behind a key's last byte.
const KEY: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true),
);

/// The proof that the key was read; `None` if it is no key.
fn accept(key: &[u8]) -> Option<HeaderValue> {
    KEY.decode(key).ok().filter(|key| key.len() == 16)?;
    let digest = Sha1::new()
        .chain_update(key)
        .chain_update(b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11")
        .finalize();
    HeaderValue::from_str(&STANDARD.encode(digest)).ok()
}

/// The bytes below a WebSocket.
pub(super) enum Socket {
    Tcp(TcpStream),
    Other(TokioIo<Upgraded>),
}

impl AsyncRead for Socket {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match &mut *self {
            Self::Tcp(io) => Pin::new(io).poll_read(cx, buffer),
            Self::Other(io) => Pin::new(io).poll_read(cx, buffer),
        }
    }
}

impl AsyncWrite for Socket {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        match &mut *self {
            Self::Tcp(io) => Pin::new(io).poll_write(cx, bytes),
            Self::Other(io) => Pin::new(io).poll_write(cx, bytes),
        }
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        match &mut *self {
            Self::Tcp(io) => Pin::new(io).poll_write_vectored(cx, slices),
            Self::Other(io) => Pin::new(io).poll_write_vectored(cx, slices),
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut *self {
            Self::Tcp(io) => Pin::new(io).poll_flush(cx),
            Self::Other(io) => Pin::new(io).poll_flush(cx),
        }
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut *self {
            Self::Tcp(io) => Pin::new(io).poll_shutdown(cx),
            Self::Other(io) => Pin::new(io).poll_shutdown(cx),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_proof_is_that_of_the_rfc() {
        let proof = accept(b"dGhlIHNhbXBsZSBub25jZQ==").expect("a key");
        assert_eq!(proof, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
        assert!(accept(b"short").is_none());
        assert!(accept(b"dGhlIHNhbXBsZSBub25jZR==").is_some());
    }

    #[test]
    fn a_request_has_one_key() {
        let asking = |keys: usize| {
            let mut request = Request::builder()
                .header("connection", "keep-alive, Upgrade")
                .header("upgrade", "WebSocket");
            for _ in 0..keys {
                request = request.header("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==");
            }
            proof(&request.body(Body::empty()).expect("a request"))
        };
        assert!(asking(1).is_some());
        assert!(asking(0).is_none() && asking(2).is_none());
    }
}
