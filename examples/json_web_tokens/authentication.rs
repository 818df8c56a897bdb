//! From a request's token to its user. A request without a good token goes on as nobody's: who may do
//! what is decided by the hub and by each route.

use std::borrow::Cow;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::header::AUTHORIZATION;
use axum::middleware::Next;
use axum::response::Response;

use super::tokens::Tokens;

pub(crate) async fn from_header(
    State(tokens): State<Arc<Tokens>>,
    mut request: Request,
    next: Next,
) -> Response {
    let token = header(&request).map(str::to_owned);
    authenticate(&tokens, token.as_deref(), &mut request);
    next.run(request).await
}

pub(crate) async fn from_header_or_query(
    State(tokens): State<Arc<Tokens>>,
    mut request: Request,
    next: Next,
) -> Response {
    let token = header(&request).map(str::to_owned);
    let token = token.or_else(|| query(&request).map(Cow::into_owned));
    authenticate(&tokens, token.as_deref(), &mut request);
    next.run(request).await
}

fn authenticate(tokens: &Tokens, token: Option<&str>, request: &mut Request) {
    if let Some(principal) = token.and_then(|token| tokens.check(token).ok()) {
        request.extensions_mut().insert(principal);
    }
}

fn header(request: &Request) -> Option<&str> {
    let value = request.headers().get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("Bearer").then(|| token.trim())
}

fn query(request: &Request) -> Option<Cow<'_, str>> {
    url::form_urlencoded::parse(request.uri().query()?.as_bytes())
        .find(|(name, _)| name == "access_token")
        .map(|(_, token)| token)
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;

    #[test]
    fn a_token_is_found_in_the_header() {
        for (value, found) in [
            ("Bearer abc", Some("abc")),
            ("bearer  abc ", Some("abc")),
            ("Basic abc", None),
            ("Bearer", None),
            ("abc", None),
        ] {
            let request = Request::builder().header(AUTHORIZATION, value);
            let request = request.body(Body::empty()).expect("a request");
            assert_eq!(header(&request), found, "{value}");
        }
    }
}
