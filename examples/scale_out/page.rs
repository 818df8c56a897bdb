//! The page, made part of the program.

use axum::Router;
use axum::http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::routing::get;

const POLICY: &str =
    "default-src 'self'; script-src 'self' https://cdn.jsdelivr.net; frame-ancestors 'none'";

const SCRIPT: &str = "text/javascript; charset=utf-8";

/// Path, type and content of every file of the page; `scripts.js` is the chat's.
const FILES: [(&str, &str, &str); 4] = [
    (
        "/",
        "text/html; charset=utf-8",
        include_str!("page/index.html"),
    ),
    (
        "/room.css",
        "text/css; charset=utf-8",
        include_str!("page/room.css"),
    ),
    ("/room.js", SCRIPT, include_str!("page/room.js")),
    (
        "/scripts.js",
        SCRIPT,
        include_str!("../chat/page/scripts.js"),
    ),
];

/// The routes of the page.
pub(crate) fn routes() -> Router {
    FILES
        .iter()
        .fold(Router::new(), |routes, &(path, kind, content)| {
            let headers = [(CONTENT_TYPE, kind), (CONTENT_SECURITY_POLICY, POLICY)];
            routes.route(path, get(move || async move { (headers, content) }))
        })
}
