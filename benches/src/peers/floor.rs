//! WebSocket by hand: one read, one write, nothing between. Not to be used for anything else: it
//! trusts its client.

use std::error::Error;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::{Buf, Bytes, BytesMut};
use sha1::{Digest, Sha1};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc::{Receiver, Sender, channel};

use super::hand_coded::{messages, react};

const BUFFER: usize = 4096;
/// More than any scenario leaves unread.
const QUEUE: usize = 1024;

pub(super) type Everyone = Arc<Mutex<Vec<Sender<Bytes>>>>;

pub(super) async fn serve(listener: TcpListener, everyone: Everyone) -> Result<(), Box<dyn Error>> {
    loop {
        let (stream, _) = listener.accept().await?;
        let everyone = Arc::clone(&everyone);
        tokio::spawn(async move {
            // Whoever leaves in the middle of something is no concern here.
            let _ = converse(stream, everyone).await;
        });
    }
}

async fn converse(mut stream: TcpStream, everyone: Everyone) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut read = BytesMut::with_capacity(BUFFER);
    upgrade(&mut stream, &mut read).await?;
    let (sender, mut pushed) = channel(QUEUE);
    everyone
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .push(sender);
    let mut write = Vec::with_capacity(BUFFER);
    let mut answer = Vec::new();
    loop {
        tokio::select! {
            biased;
            size = stream.read_buf(&mut read) => {
                if size? == 0 {
                    return Ok(());
                }
                while let Some(payload) = next_payload(&mut read) {
                    let Some(payload) = payload else { return Ok(()) };
                    for message in messages(&payload) {
                        answer.clear();
                        let reaction = react(message, &mut answer)?;
                        if !answer.is_empty() {
                            frame(&answer, &mut write);
                        }
                        if let Some(to_all) = reaction.to_all {
                            send_all(&everyone, &to_all);
                        }
                    }
                }
            }
            Some(bytes) = pushed.recv() => take_all(bytes, &mut pushed, &mut write),
        }
        if !write.is_empty() {
            stream.write_all(&write).await?;
            write.clear();
        }
    }
}

fn take_all(first: Bytes, pushed: &mut Receiver<Bytes>, write: &mut Vec<u8>) {
    write.extend_from_slice(&first);
    while let Ok(next) = pushed.try_recv() {
        write.extend_from_slice(&next);
    }
}

/// A client that is too slow is let go.
fn send_all(everyone: &Everyone, message: &[u8]) {
    let mut framed = Vec::with_capacity(message.len() + 10);
    frame(message, &mut framed);
    let framed = Bytes::from(framed);
    everyone
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .retain(|sender| sender.try_send(framed.clone()).is_ok());
}

async fn upgrade(stream: &mut TcpStream, read: &mut BytesMut) -> io::Result<()> {
    let end = loop {
        if stream.read_buf(read).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        if let Some(end) = read.windows(4).position(|four| four == b"\r\n\r\n") {
            break end + 4;
        }
    };
    let head = String::from_utf8_lossy(&read[..end]).into_owned();
    read.advance(end);
    let key = head
        .lines()
        .filter_map(|line| line.split_once(':'))
        .find(|(name, _)| name.eq_ignore_ascii_case("sec-websocket-key"))
        .map_or("", |(_, key)| key.trim());
    let proof = Sha1::digest(format!("{key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11"));
    let response = format!(
        "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Accept: {}\r\n\r\n",
        STANDARD.encode(proof)
    );
    stream.write_all(response.as_bytes()).await
}

/// The payload of the next whole frame, `None` inside for the end.
fn next_payload(read: &mut BytesMut) -> Option<Option<BytesMut>> {
    let short = usize::from(*read.get(1)? & 0x7f);
    let (head, length) = match short {
        126 => (
            4,
            usize::from(u16::from_be_bytes(read.get(2..4)?.try_into().ok()?)),
        ),
        127 => return Some(None),
        _ => (2, short),
    };
    if read.len() < head + 4 + length {
        return None;
    }
    let mut frame = read.split_to(head + 4 + length);
    if frame[0] & 0x0f == 8 {
        return Some(None);
    }
    let mut payload = frame.split_off(head + 4);
    for (byte, mask) in payload.iter_mut().zip(frame[head..].iter().cycle()) {
        *byte ^= mask;
    }
    Some(Some(payload))
}

fn frame(payload: &[u8], into: &mut Vec<u8>) {
    into.push(0x81);
    match payload.len() {
        length @ 0..126 => into.push(length as u8),
        length => {
            into.push(126);
            into.extend_from_slice(&(length as u16).to_be_bytes());
        }
    }
    into.extend_from_slice(payload);
}
