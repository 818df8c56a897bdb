//! Proxies.

use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex};

use signalr::client::Proxy;
use signalr::{HubConnection, Transports};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};

use crate::server::hub;

/// A proxy that takes tunnels and plain requests, and the first lines of what it was sent.
async fn proxy() -> (u16, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .await
        .expect("a free port");
    let port = listener.local_addr().expect("bound").port();
    let seen = Arc::new(Mutex::new(Vec::new()));
    let record = Arc::clone(&seen);
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.expect("a client");
            tokio::spawn(pass_on(stream, Arc::clone(&record)));
        }
    });
    (port, seen)
}

async fn pass_on(stream: TcpStream, record: Arc<Mutex<Vec<String>>>) {
    let mut stream = BufReader::new(stream);
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        if stream
            .read_until(b'\n', &mut head)
            .await
            .expect("a request")
            == 0
        {
            return;
        }
    }
    let text = String::from_utf8(head).expect("text");
    record.lock().expect("no panic").push(text.clone());
    let target = text.split(' ').nth(1).expect("a target");
    let is_tunnel = text.starts_with("CONNECT");
    let host = match target.strip_prefix("http://") {
        Some(rest) => rest.split('/').next().expect("a host"),
        None => target,
    };
    let mut server = TcpStream::connect(host).await.expect("the server");
    if is_tunnel {
        stream
            .write_all(b"HTTP/1.1 200 OK\r\n\r\n")
            .await
            .expect("sent");
    } else {
        server.write_all(text.as_bytes()).await.expect("sent");
    }
    let _ = copy_bidirectional(&mut stream, &mut server).await;
}

#[tokio::test]
async fn plain_requests_are_handed_to_the_proxy() {
    let hub = hub().await;
    let (port, seen) = proxy().await;
    for transports in [Transports::WEB_SOCKETS, Transports::LONG_POLLING] {
        seen.lock().expect("no panic").clear();
        let link = HubConnection::builder(&format!("{hub}/hub"))
            .transports(transports)
            .proxy(Proxy::url(format!("http://ann:secret@127.0.0.1:{port}")))
            .build()
            .expect("valid");
        link.start().await.expect("through the proxy");
        let sum: i32 = link.invoke("Add", (1, 2)).await.expect("a sum");
        assert_eq!(sum, 3);
        link.stop().await;
        let seen = seen.lock().expect("no panic").clone();
        assert!(seen[0].starts_with("POST http://127.0.0.1"), "{seen:?}");
        assert!(
            seen[0]
                .to_lowercase()
                .contains("proxy-authorization: basic "),
            "{seen:?}"
        );
    }
}

#[tokio::test]
async fn secure_requests_go_through_a_tunnel() {
    let (port, certificate) = crate::tls::hub().await;
    let (proxy, seen) = proxy().await;
    let link = HubConnection::builder(&format!("wss://localhost:{port}/hub"))
        .transports(Transports::WEB_SOCKETS)
        .add_root_certificate(certificate)
        .proxy(Proxy::url(format!("http://127.0.0.1:{proxy}")))
        .build()
        .expect("valid");
    link.start().await.expect("through the tunnel");
    let sum: i32 = link.invoke("Add", (1, 2)).await.expect("a sum");
    assert_eq!(sum, 3);
    link.stop().await;
    let seen = seen.lock().expect("no panic").clone();
    assert!(!seen.is_empty());
    assert!(
        seen.iter()
            .all(|head| head.starts_with(&format!("CONNECT localhost:{port} "))),
        "{seen:?}"
    );
}

#[tokio::test]
async fn exceptions_and_no_proxy_at_all_go_straight() {
    let hub = hub().await;
    let (port, seen) = proxy().await;
    let proxy = Proxy::url(format!("http://127.0.0.1:{port}"));
    for proxy in [proxy.except("127.0.0.1"), Proxy::none()] {
        let builder = HubConnection::builder(&format!("{hub}/hub"));
        let link = builder.proxy(proxy).build().expect("valid");
        link.start().await.expect("connected");
        link.stop().await;
    }
    assert!(seen.lock().expect("no panic").is_empty());
}

#[test]
fn a_proxy_without_a_sensible_url_is_refused() {
    let builder = HubConnection::builder("http://localhost/chat");
    let error = builder.proxy(Proxy::url("ht tp://")).build();
    let error = error.expect_err("no URL");
    assert!(error.to_string().contains("proxy"), "{error}");
}
