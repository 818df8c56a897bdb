//! `cargo run --bin chat [-- --port N]`, then open the address that it prints.

#[path = "../serve.rs"]
mod serve;

use std::error::Error;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let (app, signalr) = signalr_chat::app(&signalr_chat::node_modules())?;
    serve::serve(serve::listen().await?, app, signalr).await
}
