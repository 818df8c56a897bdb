//! The ordinary routes: a token for a password, and who one is.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::{Extension, Json};
use serde::{Deserialize, Serialize};
use signalr::Principal;

use super::tokens::{LIFETIME, Tokens};

struct User {
    id: &'static str,
    name: &'static str,
    /// In the open because this is an example; keep salted hashes.
    password: &'static str,
    roles: &'static [&'static str],
}

const USERS: [User; 2] = [
    User {
        id: "1",
        name: "ann",
        password: "correct horse",
        roles: &["reader", "admin"],
    },
    User {
        id: "2",
        name: "bob",
        password: "battery staple",
        roles: &["reader"],
    },
];

#[derive(Deserialize)]
pub(crate) struct Credentials {
    name: String,
    password: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Session {
    access_token: String,
    /// In seconds.
    expires_in: u64,
}

pub(crate) async fn log_in(
    State(tokens): State<Arc<Tokens>>,
    Json(credentials): Json<Credentials>,
) -> Result<Json<Session>, StatusCode> {
    let user = USERS
        .iter()
        .find(|user| user.name == credentials.name && user.password == credentials.password)
        .ok_or(StatusCode::UNAUTHORIZED)?;
    let access_token = tokens
        .issue(user.id, user.name, user.roles)
        .map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?;
    Ok(Json(Session {
        access_token,
        expires_in: LIFETIME.as_secs(),
    }))
}

pub(crate) async fn who_am_i(
    principal: Option<Extension<Principal>>,
) -> Result<String, StatusCode> {
    let Extension(principal) = principal.ok_or(StatusCode::UNAUTHORIZED)?;
    Ok(principal.name().unwrap_or_default().to_owned())
}
