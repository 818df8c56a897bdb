//! What one writes with axum's WebSocket alone.

use std::error::Error;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::routing::any;
use axum::serve::ListenerExt;
use futures_util::{SinkExt, StreamExt};
use tokio::net::TcpListener;
use tokio::sync::mpsc::{Sender, channel};

use super::hand_coded::{messages, react};

const QUEUE: usize = 1024;

type Everyone = Arc<Mutex<Vec<Sender<Message>>>>;

pub(super) async fn serve(listener: TcpListener) -> Result<(), Box<dyn Error>> {
    let everyone = Everyone::default();
    let upgrade = any(move |upgrade: WebSocketUpgrade| {
        let everyone = Arc::clone(&everyone);
        async move {
            upgrade.on_upgrade(async move |socket| {
                // Whoever leaves in the middle of something is no concern here.
                let _ = converse(socket, everyone).await;
            })
        }
    });
    let app = Router::new().route("/bench", upgrade);
    let listener = listener.tap_io(|stream| {
        let _ = stream.set_nodelay(true);
    });
    axum::serve(listener, app.into_make_service()).await?;
    Ok(())
}

async fn converse(socket: WebSocket, everyone: Everyone) -> Result<(), Box<dyn Error>> {
    let (sender, mut pushed) = channel(QUEUE);
    everyone
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .push(sender);
    let (mut write, mut read) = socket.split();
    loop {
        tokio::select! {
            biased;
            message = read.next() => {
                let Some(message) = message else { return Ok(()) };
                let payload = match message? {
                    Message::Text(text) => text.into(),
                    Message::Binary(bytes) => bytes,
                    Message::Close(_) => return Ok(()),
                    _ => continue,
                };
                for message in messages(&payload) {
                    let mut answer = Vec::new();
                    let reaction = react(message, &mut answer)?;
                    if !answer.is_empty() {
                        write.feed(text(answer)?).await?;
                    }
                    if let Some(to_all) = reaction.to_all {
                        let message = text(to_all)?;
                        everyone
                            .lock()
                            .unwrap_or_else(PoisonError::into_inner)
                            .retain(|sender| sender.try_send(message.clone()).is_ok());
                    }
                }
            }
            Some(message) = pushed.recv() => {
                write.feed(message).await?;
                while let Ok(message) = pushed.try_recv() {
                    write.feed(message).await?;
                }
            }
        }
        write.flush().await?;
    }
}

fn text(bytes: Vec<u8>) -> Result<Message, std::string::FromUtf8Error> {
    Ok(Message::Text(String::from_utf8(bytes)?.into()))
}
