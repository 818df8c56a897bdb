//! A hub for users with JSON Web Tokens, from the login to a method for administrators alone.
//! `cargo run --bin json-web-tokens [-- --port N]`

mod authentication;
mod login;
mod news;
mod tokens;

use std::error::Error;
use std::net::Ipv4Addr;
use std::sync::Arc;

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};
use signalr::{EndpointOptions, SignalR};
use tokio::net::TcpListener;

use authentication::{from_header, from_header_or_query};
use login::{log_in, who_am_i};
use news::NewsHub;
use tokens::Tokens;

const PORT: u16 = 5001;

fn app(tokens: &Arc<Tokens>) -> Result<Router, Box<dyn Error>> {
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
    Ok(hub.merge(api))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port()?)).await?;
    let address = listener.local_addr()?;
    println!("The news are at http://{address}/news (Ctrl+C ends it). A token for them:");
    println!(
        r#"  curl http://{address}/login --json '{{"name": "ann", "password": "correct horse"}}'"#
    );
    let tokens = Arc::new(Tokens::new()?);
    axum::serve(listener, app(&tokens)?).await?;
    Ok(())
}

/// The port asked for; 0 is any free one.
fn port() -> Result<u16, Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => Ok(PORT),
        ["--port", port] => Ok(port.parse()?),
        _ => Err("usage: json-web-tokens [--port N]".into()),
    }
}
