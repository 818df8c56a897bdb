//! A server of a few lines, and what it was asked.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::response::Response;
use http::HeaderMap;
use tokio::net::TcpListener;

/// One request that came in.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) method: String,
    /// With the query.
    pub(crate) path: String,
    pub(crate) headers: HeaderMap,
}

impl Asked {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

/// Everything that a server was asked, in its order.
#[derive(Debug, Clone, Default)]
pub(crate) struct Record(Arc<Mutex<Vec<Asked>>>);

impl Record {
    pub(crate) fn all(&self) -> Vec<Asked> {
        self.0.lock().expect("no panic").clone()
    }

    pub(crate) fn methods(&self) -> Vec<String> {
        self.all().into_iter().map(|asked| asked.method).collect()
    }
}

/// Serves `router` at a port of its own.
pub(crate) async fn serve(router: Router) -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .await
        .expect("a free port");
    let address = listener.local_addr().expect("a bound listener");
    tokio::spawn(async move {
        axum::serve(listener, router)
            .await
            .expect("a server without end")
    });
    address
}

/// Answers every request as `answer` says.
pub(crate) async fn answering(
    answer: impl Fn(&Asked) -> Response + Clone + Send + Sync + 'static,
) -> (String, Record) {
    let record = Record::default();
    let asked = record.clone();
    let router = Router::new().fallback(move |request: Request| {
        let request = Asked {
            method: request.method().to_string(),
            path: request
                .uri()
                .path_and_query()
                .map(ToString::to_string)
                .unwrap_or_default(),
            headers: request.headers().clone(),
        };
        let response = answer(&request);
        asked.0.lock().expect("no panic").push(request);
        async { response }
    });
    (format!("http://{}", serve(router).await), record)
}

/// An answer with a status and a text.
pub(crate) fn status(status: u16, text: &str) -> Response {
    Response::builder()
        .status(status)
        .body(Body::from(text.to_owned()))
        .expect("a response")
}

/// The negotiation of a server that has these transports.
pub(crate) fn negotiation(transports: &[&str]) -> String {
    let transports: Vec<String> = transports
        .iter()
        .map(|name| format!(r#"{{"transport":"{name}","transferFormats":["Text","Binary"]}}"#))
        .collect();
    format!(
        r#"{{"negotiateVersion":1,"connectionId":"id","connectionToken":"t+/=","availableTransports":[{}]}}"#,
        transports.join(",")
    )
}

/// The real hub that redirections and proxies lead to.
pub(crate) async fn hub() -> String {
    let app = signalr_tests::conformance::app().expect("a complete server");
    format!("http://{}", serve(app.router).await)
}
