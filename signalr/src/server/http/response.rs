use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;

/// An answer in plain text, as the reference words it.
pub(super) fn text(status: StatusCode, body: &'static str) -> Response {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain"));
    response
}

/// Nobody is let in any more.
pub(super) fn shutting_down() -> Response {
    text(
        StatusCode::SERVICE_UNAVAILABLE,
        "The server is shutting down.",
    )
}

/// Says that a poll's answer is not to be kept.
pub(super) fn no_cache(mut response: Response) -> Response {
    for (name, value) in [
        (header::CACHE_CONTROL, "no-cache, no-store"),
        (header::PRAGMA, "no-cache"),
        (header::EXPIRES, "Thu, 01 Jan 1970 00:00:00 GMT"),
    ] {
        response
            .headers_mut()
            .insert(name, HeaderValue::from_static(value));
    }
    response
}
