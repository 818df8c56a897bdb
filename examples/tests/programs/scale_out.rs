use std::io::{Write, stderr};
use std::time::Duration;

use serde::Deserialize;
use signalr::HubConnection;
use signalr::client::RetryContext;
use signalr::transport::Transports;

use super::program::{Inbox, Program, inbox, soon};

#[derive(Debug, Deserialize)]
struct Everybody {
    connections: usize,
    servers: usize,
}

type Said = (String, String, String);

/// Whether there is a Redis to be started; says so if there is none, and fails where CI asks for one.
fn has_redis() -> bool {
    let paths = std::env::var_os("PATH").unwrap_or_default();
    let is_there = std::env::split_paths(&paths).any(|folder| {
        folder.join("redis-server").is_file() || folder.join("valkey-server").is_file()
    });
    if !is_there {
        assert!(
            std::env::var_os("SIGNALR_REQUIRE_E2E").is_none(),
            "redis-server is not installed"
        );
        // Not `eprintln!`, which is shown only when a test fails.
        writeln!(
            stderr(),
            "SKIPPED the example of two servers: redis-server is not installed"
        )
        .expect("stderr takes a line");
    }
    is_there
}

async fn tab(
    program: &Program,
    number: usize,
    transports: Transports,
) -> (HubConnection, Inbox<Said>) {
    let url = program.url(&format!("/room?tab={number}"));
    let every_now_and_then = |_: &RetryContext<'_>| Some(Duration::from_millis(100));
    let link = HubConnection::builder(&url)
        .transports(transports)
        .automatic_reconnect(every_now_and_then)
        .wait_for_connection(Duration::from_secs(60))
        .build()
        .expect("valid settings");
    let (said, inbox) = inbox();
    link.on("Said", move |who: String, server: String, text: String| {
        said((who, server, text));
        std::future::ready(())
    });
    soon(link.start()).await.expect("it connects");
    (link, inbox)
}

async fn server(link: &HubConnection) -> String {
    soon(link.invoke("Server", ())).await.expect("a name")
}

#[tokio::test]
async fn tabs_of_two_servers_are_in_one_room_and_move_over() {
    if !has_redis() {
        return;
    }
    let program = Program::start(env!("CARGO_BIN_EXE_scale-out")).await;
    // Each transport but the first needs all its requests to reach the same server.
    let mut tabs = Vec::new();
    for (number, transports) in [
        (0, Transports::WEB_SOCKETS),
        (1, Transports::SERVER_SENT_EVENTS),
        (3, Transports::LONG_POLLING),
    ] {
        tabs.push(tab(&program, number, transports).await);
    }
    assert_eq!(server(&tabs[0].0).await, "Amsterdam");
    assert_eq!(server(&tabs[1].0).await, "Berlin");
    assert_eq!(server(&tabs[2].0).await, "Berlin");
    let everybody: Everybody = soon(tabs[0].0.invoke("Everybody", ()))
        .await
        .expect("a census");
    assert_eq!((everybody.connections, everybody.servers), (3, 2));
    for speaker in 0..tabs.len() {
        let text = format!("hello from {speaker}");
        let home = server(&tabs[speaker].0).await;
        let saying = tabs[speaker].0.invoke::<()>("Say", ("Ann", &text));
        soon(saying).await.expect("said");
        for (_, inbox) in &mut tabs {
            assert_eq!(
                inbox.next().await,
                ("Ann".to_owned(), home.clone(), text.clone())
            );
        }
    }

    // One server goes; its tab moves over, and comes nowhere too late or twice.
    soon(tabs[0].0.invoke::<()>("StopServer", ()))
        .await
        .expect("it stops");
    while soon(tabs[0].0.invoke::<String>("Server", ()))
        .await
        .ok()
        .as_deref()
        != Some("Berlin")
    {}
    soon(tabs[0].0.invoke::<()>("Say", ("Ann", "here I am")))
        .await
        .expect("said");
    for (_, inbox) in &mut tabs {
        let (_, home, text) = inbox.next().await;
        assert_eq!((&*home, &*text), ("Berlin", "here I am"));
    }
    let page = program.request("GET", "/health?tab=1", "").await;
    assert!(page.starts_with("HTTP/1.1 200"), "{page}");
}
