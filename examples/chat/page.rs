//! The page, made part of the program.

use axum::Router;
use axum::http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::routing::get;

/// Scripts come from here or the CDN that `scripts` names; nothing inline runs, whatever people write.
const POLICY: &str =
    "default-src 'self'; script-src 'self' https://cdn.jsdelivr.net; frame-ancestors 'none'";

const HTML: &str = "text/html; charset=utf-8";
const STYLE: &str = "text/css; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";
const PICTURE: &str = "image/svg+xml";

/// Path, type and content of every file of the page.
const FILES: [(&str, &str, &str); 8] = [
    ("/", HTML, include_str!("page/index.html")),
    ("/icon.svg", PICTURE, include_str!("page/icon.svg")),
    ("/chat.css", STYLE, include_str!("page/chat.css")),
    ("/chat.js", SCRIPT, include_str!("page/chat.js")),
    ("/hub.js", SCRIPT, include_str!("page/hub.js")),
    ("/scripts.js", SCRIPT, include_str!("page/scripts.js")),
    ("/typists.js", SCRIPT, include_str!("page/typists.js")),
    ("/view.js", SCRIPT, include_str!("page/view.js")),
];

/// The routes of the page.
pub(crate) fn routes() -> Router {
    FILES
        .iter()
        .fold(Router::new(), |routes, &(path, kind, content)| {
            routes.route(
                path,
                get(move || async move {
                    (
                        [(CONTENT_TYPE, kind), (CONTENT_SECURITY_POLICY, POLICY)],
                        content,
                    )
                }),
            )
        })
}
