//! The chat of `examples`, driven from Node and in Chromium.

mod e2e_support;

use std::net::Ipv4Addr;
use std::path::PathBuf;

use e2e_support::{Needs, folder, run, tools};
use tokio::net::TcpListener;

#[tokio::test(flavor = "multi_thread")]
async fn the_hub_serves_the_official_client() {
    let Some(tools) = tools("the chat's hub from Node", Needs::Node) else {
        return;
    };
    run(tools, "chat", &servers().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_serves_people_in_several_tabs() {
    let Some(tools) = tools("the chat's page in Chromium", Needs::Browser) else {
        return;
    };
    run(tools, "page", &servers().await).await;
}

/// One chat with the official scripts at hand and one that must send browsers elsewhere for them.
async fn servers() -> [(&'static str, String); 2] {
    [
        ("CHAT_URL", serve(&[folder().join("node_modules")]).await),
        ("CHAT_WITHOUT_SCRIPTS_URL", serve(&[]).await),
    ]
}

async fn serve(node_modules: &[PathBuf]) -> String {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .await
        .expect("a free port");
    let address = listener.local_addr().expect("a bound listener");
    let (app, _) = signalr_chat::app(node_modules).expect("a complete chat");
    tokio::spawn(async move {
        axum::serve(listener, app)
            .await
            .expect("a server without end")
    });
    format!("http://{address}")
}
