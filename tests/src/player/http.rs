//! HTTP requests, each on a connection of its own.

use std::collections::BTreeMap;

use bytes::Bytes;
use http::header::{CONNECTION, CONTENT_LENGTH, HOST, HeaderMap, HeaderName, HeaderValue};
use http::{Method, Request};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio_util::task::AbortOnDropHandle;

use super::address::Address;
use super::failure::Failure;

/// A response whose body may still be coming; its connection ends with it.
pub(super) struct Response {
    pub(super) status: u16,
    headers: HeaderMap,
    body: Incoming,
    _driver: AbortOnDropHandle<()>,
}

/// Sends one request and answers its response's head.
pub(super) async fn request(
    to: &Address,
    method: &str,
    path: &str,
    headers: &BTreeMap<String, String>,
    body: impl Into<Bytes>,
) -> Result<Response, Failure> {
    let broken = |e: &dyn std::fmt::Display| Failure::broken(format!("{method} {path}: {e}"));
    let body = body.into();
    let has_body = !body.is_empty() || matches!(method, "POST" | "PUT" | "PATCH");
    let mut request = Request::new(Full::new(body.clone()));
    *request.method_mut() = Method::from_bytes(method.as_bytes()).map_err(|e| broken(&e))?;
    *request.uri_mut() = path.parse().map_err(|e| broken(&e))?;
    let all = request.headers_mut();
    all.insert(
        HOST,
        HeaderValue::from_str(to.authority()).map_err(|e| broken(&e))?,
    );
    all.insert(CONNECTION, HeaderValue::from_static("close"));
    if has_body {
        all.insert(CONTENT_LENGTH, body.len().into());
    }
    for (name, value) in headers {
        let name = HeaderName::from_bytes(name.as_bytes()).map_err(|e| broken(&e))?;
        all.insert(name, HeaderValue::from_str(value).map_err(|e| broken(&e))?);
    }

    let stream = TokioIo::new(to.connect().await?);
    let (mut sender, driver) = http1::handshake(stream).await.map_err(|e| broken(&e))?;
    let driver = AbortOnDropHandle::new(tokio::spawn(async move {
        // What goes wrong here is also an error of the response or of its body.
        let _ = driver.with_upgrades().await;
    }));
    let (head, body) = sender
        .send_request(request)
        .await
        .map_err(|e| broken(&e))?
        .into_parts();
    Ok(Response {
        status: head.status.as_u16(),
        headers: head.headers,
        body,
        _driver: driver,
    })
}

impl Response {
    /// The header's value, if it is there.
    pub(super) fn header(&self, name: &str) -> Option<String> {
        self.headers
            .get(name)
            .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
    }

    /// The next piece of the body; none at its end.
    pub(super) async fn chunk(&mut self) -> Result<Option<Bytes>, Failure> {
        while let Some(frame) = self.body.frame().await {
            let frame =
                frame.map_err(|e| Failure::broken(format!("the response broke off: {e}")))?;
            if let Ok(data) = frame.into_data() {
                return Ok(Some(data));
            }
        }
        Ok(None)
    }

    /// All of the body that is still to come.
    pub(super) async fn text(&mut self) -> Result<String, Failure> {
        let mut all = Vec::new();
        while let Some(part) = self.chunk().await? {
            all.extend_from_slice(&part);
        }
        Ok(String::from_utf8_lossy(&all).into_owned())
    }
}
