//! A server that reads requests and answers with whatever bytes it likes.

use std::net::Ipv4Addr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use signalr::client::HttpConnector;
use signalr::{HubConnection, HubConnectionBuilder, Transports};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

/// The head of a request; its body, if any, has been read.
#[derive(Debug, Clone)]
pub(crate) struct Head(String);

impl Head {
    /// Whether the request line has this in it.
    pub(crate) fn is(&self, part: &str) -> bool {
        let line = self.0.lines().next();
        line.is_some_and(|line| line.contains(part))
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.0.lines().find_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }
}

/// How often something has happened.
#[derive(Debug, Clone, Default)]
pub(crate) struct Count(Arc<AtomicUsize>);

impl Count {
    pub(crate) fn add(&self) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }

    pub(crate) fn get(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }
}

/// Plays one answer to each request, over a TCP connection of its own. Answers that fail have lost
/// their client, as they should.
pub(crate) async fn server<Playing>(
    play: impl Fn(TcpStream, Head) -> Playing + Clone + Send + 'static,
) -> (String, Count)
where
    Playing: Future<Output = std::io::Result<()>> + Send,
{
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .await
        .expect("a free port");
    let url = format!("http://{}/hub", listener.local_addr().expect("bound"));
    let count = Count::default();
    let counting = count.clone();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let (play, count) = (play.clone(), counting.clone());
            tokio::spawn(async move {
                if let Some(head) = read_request(&mut stream).await {
                    count.add();
                    let _ = play(stream, head).await;
                }
            });
        }
    });
    (url, count)
}

async fn read_request(stream: &mut TcpStream) -> Option<Head> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.ok()?);
    }
    let head = Head(String::from_utf8(head).ok()?);
    let length = head.header("content-length").unwrap_or("0");
    let mut body = vec![0; length.parse().ok()?];
    stream.read_exact(&mut body).await.ok()?;
    Some(head)
}

/// Answers a request and ends the connection.
pub(crate) async fn answer(
    mut stream: TcpStream,
    status: &str,
    headers: &str,
    body: &str,
) -> std::io::Result<()> {
    let answer = format!(
        "HTTP/1.1 {status}\r\n{headers}content-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(answer.as_bytes()).await?;
    stream.shutdown().await
}

/// Begins an answer whose body ends with the connection.
pub(crate) async fn begin(stream: &mut TcpStream, headers: &str) -> std::io::Result<()> {
    let head = format!("HTTP/1.1 200 OK\r\n{headers}connection: close\r\n\r\n");
    stream.write_all(head.as_bytes()).await
}

/// Offers these transports.
pub(crate) async fn negotiation(stream: TcpStream, transports: &[&str]) -> std::io::Result<()> {
    let transports: Vec<String> = transports
        .iter()
        .map(|name| format!(r#"{{"transport":"{name}","transferFormats":["Text","Binary"]}}"#))
        .collect();
    let body = format!(
        r#"{{"negotiateVersion":1,"connectionId":"id","connectionToken":"token","availableTransports":[{}]}}"#,
        transports.join(",")
    );
    answer(
        stream,
        "200 OK",
        "content-type: application/json\r\n",
        &body,
    )
    .await
}

/// Agrees to a WebSocket.
pub(crate) async fn upgrade(stream: &mut TcpStream, head: &Head) -> std::io::Result<()> {
    let key = head.header("sec-websocket-key").expect("an upgrade");
    let answer = format!(
        "HTTP/1.1 101 Switching Protocols\r\nconnection: Upgrade\r\nupgrade: websocket\r\nsec-websocket-accept: {}\r\n\r\n",
        derive_accept_key(key.as_bytes())
    );
    stream.write_all(answer.as_bytes()).await
}

/// A server's frame: the first byte holds the opcode, with 0x80 for the last one of a message.
pub(crate) fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    let mut frame = vec![first];
    match payload.len() {
        length @ 0..=125 => frame.push(length as u8),
        length @ 126..=0xffff => {
            frame.push(126);
            frame.extend((length as u16).to_be_bytes());
        }
        length => {
            frame.push(127);
            frame.extend((length as u64).to_be_bytes());
        }
    }
    frame.extend_from_slice(payload);
    frame
}

pub(crate) fn text(text: &str) -> Vec<u8> {
    frame(0x81, text.as_bytes())
}

/// Reads whatever the client says until it leaves.
pub(crate) async fn drain(mut stream: TcpStream) -> std::io::Result<()> {
    let mut buffer = [0; 4096];
    while stream.read(&mut buffer).await? > 0 {}
    Ok(())
}

/// A connection over a WebSocket without negotiation, to a server that does this after the upgrade.
pub(crate) async fn over_socket<Playing>(
    play: impl Fn(TcpStream) -> Playing + Clone + Send + Sync + 'static,
) -> HubConnectionBuilder<HttpConnector>
where
    Playing: Future<Output = std::io::Result<()>> + Send,
{
    let (url, _) = server(move |mut stream, head| {
        let play = play.clone();
        async move {
            upgrade(&mut stream, &head).await?;
            play(stream).await
        }
    })
    .await;
    HubConnection::builder(&url)
        .transports(Transports::WEB_SOCKETS)
        .skip_negotiation(true)
}
