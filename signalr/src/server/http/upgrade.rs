use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Version, header};
use axum::response::Response;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use hyper::upgrade::{OnUpgrade, Upgraded};
use hyper_util::rt::TokioIo;
use sha1::{Digest, Sha1};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

/// A request to become a WebSocket (RFC 6455, 4.2).
pub(super) struct Upgrade {
    accept: HeaderValue,
    on_upgrade: OnUpgrade,
}

impl Upgrade {
    /// The upgrade that a GET request asks for, if it asks for one and may.
    pub(super) fn of(request: &mut Request) -> Option<Self> {
        let headers = request.headers();
        if request.version() < Version::HTTP_11
            || !has_word(headers, &header::CONNECTION, "upgrade")
            || !has_word(headers, &header::UPGRADE, "websocket")
            || !has_word(headers, &header::SEC_WEBSOCKET_VERSION, "13")
        {
            return None;
        }
        let key = headers.get(header::SEC_WEBSOCKET_KEY)?;
        let accept = accept(key.as_bytes())?;
        let on_upgrade = request.extensions_mut().remove::<OnUpgrade>()?;
        Some(Self { accept, on_upgrade })
    }

    /// The answer that agrees to it, perhaps to one of the sub-protocols on offer.
    pub(super) fn response(&self, sub_protocol: Option<HeaderValue>) -> Response {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
        let headers = response.headers_mut();
        headers.insert(header::CONNECTION, HeaderValue::from_static("Upgrade"));
        headers.insert(header::UPGRADE, HeaderValue::from_static("websocket"));
        headers.insert(header::SEC_WEBSOCKET_ACCEPT, self.accept.clone());
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

/// The proof that the key was read; `None` if it is no key.
fn accept(key: &[u8]) -> Option<HeaderValue> {
    STANDARD.decode(key).ok().filter(|key| key.len() == 16)?;
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
    use super::accept;

    #[test]
    fn the_proof_is_that_of_the_rfc() {
        let proof = accept(b"dGhlIHNhbXBsZSBub25jZQ==").expect("a key");
        assert_eq!(proof, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
        assert!(accept(b"short").is_none());
    }
}
