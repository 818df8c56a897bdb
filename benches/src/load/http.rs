//! The requests that come before a WebSocket.

use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};

use super::{Failure, Target};

pub(super) async fn connect(target: &Target, number: usize) -> Result<TcpStream, Failure> {
    let socket = TcpSocket::new_v4()?;
    if let Some(source) = target.source(number) {
        socket.bind(SocketAddr::new(source.into(), 0))?;
    }
    let stream = socket.connect(target.address().into()).await?;
    stream.set_nodelay(true)?;
    Ok(stream)
}

/// The token of a new connection.
pub(super) async fn negotiate(target: &Target, number: usize) -> Result<String, Failure> {
    let mut stream = connect(target, number).await?;
    let request = format!(
        "POST {}/negotiate?negotiateVersion=1 HTTP/1.1\r\nHost: {}\r\nContent-Length: 0\r\n\
         Connection: close\r\n\r\n",
        target.path,
        target.address()
    );
    stream.write_all(request.as_bytes()).await?;
    let mut response = String::new();
    stream.read_to_string(&mut response).await?;
    if !response.starts_with("HTTP/1.1 200") {
        return Err(format!("negotiation was answered with {response}").into());
    }
    let key = r#""connectionToken":""#;
    let token = response
        .split_once(key)
        .and_then(|(_, rest)| rest.split_once('"'));
    let (token, _) = token.ok_or_else(|| format!("no token in {response}"))?;
    Ok(token.to_owned())
}

/// Makes it a WebSocket; gives what came right behind the response.
pub(super) async fn upgrade(
    stream: &mut TcpStream,
    target: &Target,
    path: &str,
) -> Result<Vec<u8>, Failure> {
    let request = format!(
        "GET {path} HTTP/1.1\r\nHost: {}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
        target.address()
    );
    stream.write_all(request.as_bytes()).await?;
    let mut response = Vec::new();
    loop {
        if stream.read_buf(&mut response).await? == 0 {
            return Err("the server closed during the upgrade".into());
        }
        if let Some(end) = response.windows(4).position(|four| four == b"\r\n\r\n") {
            let rest = response.split_off(end + 4);
            if !response.starts_with(b"HTTP/1.1 101") {
                let response = String::from_utf8_lossy(&response);
                return Err(format!("the upgrade was answered with {response}").into());
            }
            return Ok(rest);
        }
    }
}
