//! A hub's routes, and a client that polls them by hand.

use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, Method, Request, StatusCode};
use axum::response::Response;
use http_body_util::BodyExt;
use serde_json::Value;
use signalr::Principal;
use tower::ServiceExt;

/// The routes under test.
#[derive(Clone)]
pub(crate) struct Web(Router);

/// A request on its way.
pub(crate) struct Asking {
    web: Web,
    request: Request<Body>,
}

/// An answer that has arrived.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Web {
    pub(crate) fn new(routes: impl Into<Router>) -> Self {
        Self(routes.into())
    }

    pub(crate) fn get(&self, path: &str) -> Asking {
        self.ask(Method::GET, path)
    }

    pub(crate) fn post(&self, path: &str) -> Asking {
        self.ask(Method::POST, path)
    }

    pub(crate) fn ask(&self, method: Method, path: &str) -> Asking {
        let request = Request::builder().method(method).uri(path);
        Asking {
            web: self.clone(),
            request: request.body(Body::empty()).expect("a request"),
        }
    }
}

impl Asking {
    pub(crate) fn by(mut self, principal: Option<&Principal>) -> Self {
        if let Some(principal) = principal {
            self.request.extensions_mut().insert(principal.clone());
        }
        self
    }

    pub(crate) fn header(mut self, name: &'static str, value: &str) -> Self {
        let value = value.parse().expect("a header's value");
        self.request.headers_mut().append(name, value);
        self
    }

    pub(crate) fn body(mut self, body: impl Into<Body>) -> Self {
        *self.request.body_mut() = body.into();
        self
    }

    /// The answer's head; its body may have no end.
    pub(crate) async fn begin(self) -> Response {
        let Ok(response) = self.web.0.oneshot(self.request).await;
        response
    }

    pub(crate) async fn answer(self) -> Answer {
        let (head, body) = self.begin().await.into_parts();
        let body = body.collect().await.expect("a whole body").to_bytes();
        Answer {
            status: head.status,
            headers: head.headers,
            body,
        }
    }

    pub(crate) async fn status(self) -> StatusCode {
        self.answer().await.status
    }
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{error}: {:?}", self.body))
    }

    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).expect("text")
    }
}
