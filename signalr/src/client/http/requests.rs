use std::future::Future;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use reqwest::{Body, Response, Url};
use tokio::time::timeout;

use super::RequestError;
use super::access_token::Tokens;

/// How much of an answer that is an error is kept.
const ERROR_BODY: usize = 4 * 1024;

/// The requests of one connection.
#[derive(Debug)]
pub(super) struct Requests {
    client: reqwest::Client,
    pub(super) tokens: Tokens,
    timeout: Duration,
}

/// One request, which can be sent twice.
#[derive(Debug, Clone)]
pub(super) struct Request {
    method: Method,
    url: Url,
    headers: HeaderMap,
    body: Option<Bytes>,
}

impl Request {
    pub(super) fn new(method: Method, url: Url) -> Self {
        Self {
            method,
            url,
            headers: HeaderMap::new(),
            body: None,
        }
    }

    pub(super) fn header(mut self, name: header::HeaderName, value: HeaderValue) -> Self {
        self.headers.insert(name, value);
        self
    }

    pub(super) fn body(mut self, body: Bytes) -> Self {
        self.body = Some(body);
        self
    }
}

impl Requests {
    pub(super) fn new(client: reqwest::Client, tokens: Tokens, timeout: Duration) -> Self {
        Self {
            client,
            tokens,
            timeout,
        }
    }

    /// Sends with a token that is fetched now.
    pub(super) async fn send_with_fresh_token(
        &self,
        request: Request,
    ) -> Result<Response, RequestError> {
        let token = self.tokens.fresh().await?;
        self.send_once(request, token).await
    }

    /// Sends with the last token, and once more with a fresh one if the server does not know it.
    pub(super) async fn send(&self, request: Request) -> Result<Response, RequestError> {
        let Some(last) = self.tokens.last() else {
            return self.send_with_fresh_token(request).await;
        };
        let response = self.send_once(request.clone(), Some(last)).await?;
        if response.status() == StatusCode::UNAUTHORIZED && self.tokens.can_refresh() {
            return self.send_with_fresh_token(request).await;
        }
        Ok(response)
    }

    async fn send_once(
        &self,
        request: Request,
        token: Option<HeaderValue>,
    ) -> Result<Response, RequestError> {
        let mut sending = self.client.request(request.method, request.url);
        if let Some(token) = token {
            sending = sending.header(header::AUTHORIZATION, token);
        }
        if let Some(body) = request.body {
            sending = sending.body(Body::from(body));
        }
        let answer = sending.headers(request.headers).send();
        self.in_time(answer).await?.map_err(RequestError::network)
    }

    /// Gives up when the server's patience is not ours.
    pub(super) async fn in_time<T>(
        &self,
        answer: impl Future<Output = T>,
    ) -> Result<T, RequestError> {
        timeout(self.timeout, answer)
            .await
            .map_err(|_| RequestError::TimedOut(self.timeout))
    }

    /// The text of an answer that is not longer than `limit`.
    pub(super) async fn text(
        &self,
        response: Response,
        limit: usize,
    ) -> Result<String, RequestError> {
        let body = self.in_time(read(response, limit)).await??;
        Ok(String::from_utf8_lossy(&body).into_owned())
    }

    /// The answer if the server took the request, otherwise what it said instead.
    pub(super) async fn successful(&self, response: Response) -> Result<Response, RequestError> {
        if response.status().is_success() {
            return Ok(response);
        }
        Err(self.refusal(response).await)
    }

    /// What a server said instead of what was wanted.
    pub(super) async fn refusal(&self, response: Response) -> RequestError {
        RequestError::Status {
            status: response.status().as_u16(),
            body: self.text(response, ERROR_BODY).await.unwrap_or_default(),
        }
    }
}

/// Reads an answer, of one that is too long the begin.
async fn read(mut response: Response, limit: usize) -> Result<Vec<u8>, RequestError> {
    let mut body = Vec::new();
    while let Some(part) = response.chunk().await.map_err(RequestError::network)? {
        body.extend_from_slice(&part[..part.len().min(limit - body.len())]);
        if body.len() == limit {
            break;
        }
    }
    Ok(body)
}
