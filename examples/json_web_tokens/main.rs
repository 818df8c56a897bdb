//! A hub for users with JSON Web Tokens, from the login to a method for administrators alone.
//!
//! Run `cargo run --bin json-web-tokens`, and
//! `curl http://127.0.0.1:5000/login --json '{"name": "ann", "password": "correct horse"}'` gives a token for `/news`.

mod authentication;
mod login;
mod news;
#[path = "../serve.rs"]
mod serve;
mod tokens;

use std::error::Error;
use std::sync::Arc;

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};
use signalr::server::BuildError;
use signalr::{EndpointOptions, SignalR};

use authentication::{from_header, from_header_or_query};
use login::{log_in, who_am_i};
use news::NewsHub;
use tokens::Tokens;

fn app(tokens: &Arc<Tokens>) -> Result<(Router, SignalR), BuildError> {
    let signalr = SignalR::builder()
        .hub::<NewsHub>(|_| Ok(NewsHub), |_| {})
        .build()?;
    let options = EndpointOptions::default()
        // A connection ends with its token, unless its client shows a fresh one at `/news/refresh`.
        .close_on_authentication_expiration(true)
        .enable_authentication_refresh(true)
        .allowed_origins([]);
    // Browsers cannot give a WebSocket or an event stream a header, so the client puts the token into
    // the query; only the hub's paths accept it there, since addresses end up in logs.
    let hub = signalr
        .map_with::<NewsHub>("/news", options)
        .into_router()
        .layer(from_fn_with_state(Arc::clone(tokens), from_header_or_query));
    let api = Router::new()
        .route("/me", get(who_am_i))
        .layer(from_fn_with_state(Arc::clone(tokens), from_header))
        .route("/login", post(log_in))
        .with_state(Arc::clone(tokens));
    Ok((hub.merge(api), signalr))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let tokens = Arc::new(Tokens::new()?);
    let (app, signalr) = app(&tokens)?;
    serve::serve(serve::listen().await?, app, signalr).await
}
