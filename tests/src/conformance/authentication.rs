//! The scheme "Test": the token is the user's name, perhaps with a role.

use axum::extract::Request;
use axum::http::header::AUTHORIZATION;
use signalr::Principal;

/// Puts the request's user beside it.
pub(super) async fn authenticate(mut request: Request) -> Request {
    if let Some(principal) = token(&request).as_deref().and_then(principal) {
        request.extensions_mut().insert(principal);
    }
    request
}

fn token(request: &Request) -> Option<String> {
    let bearer = request
        .headers()
        .get(AUTHORIZATION)
        .and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
    match bearer {
        Some(token) => Some(token.to_owned()),
        None => url::form_urlencoded::parse(request.uri().query()?.as_bytes())
            .find(|(name, _)| name == "access_token")
            .map(|(_, token)| token.into_owned()),
    }
}

fn principal(token: &str) -> Option<Principal> {
    let (name, role) = match token.split_once('/') {
        Some((name, role)) => (name, Some(role)),
        None => (token, None),
    };
    if name.is_empty() || token == "bad" {
        return None;
    }
    let principal = Principal::new(name).with_name(name);
    Some(match role {
        Some(role) => principal.with_role(role),
        None => principal,
    })
}
