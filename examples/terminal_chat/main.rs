//! The chat in a terminal: `cargo run --bin terminal-chat -- NAME [URL]`, while `cargo run --bin chat` runs.

mod command;
mod screen;

use std::error::Error;
use std::io::BufRead;

use futures_util::TryStreamExt;
use signalr::HubConnection;
use signalr::client::{ConnectionState, RetryDelays};
use signalr_chat_contract::{ChatApiClient, ChatClientReceiver};
use tokio::sync::mpsc::{Receiver, channel};
use url::Url;

use command::Command;
use screen::Screen;

const SERVER: &str = "http://127.0.0.1:5000";

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (name, server) = match &arguments[..] {
        [name] => (name.as_str(), SERVER),
        [name, server] => (name.as_str(), server.as_str()),
        _ => return Err("usage: terminal-chat NAME [URL]".into()),
    };
    let url = Url::parse_with_params(&format!("{server}/chat"), [("user", name)])?;
    let screen = Screen::default();
    let link = HubConnection::builder(url.as_str())
        .receiver(ChatClientReceiver(screen.clone()))
        .automatic_reconnect(RetryDelays::default())
        .build()?;
    link.on_reconnecting(|reason| println!("* {reason}; trying to come back"));
    link.on_closed(|reason| println!("* {reason}"));
    let weak = link.downgrade();
    let room = screen.clone();
    link.on_reconnected(move |_| {
        let (weak, room) = (weak.clone(), room.room());
        async move {
            println!("* back again");
            // The server knows this connection by another id, which is in no room.
            if let Some(link) = weak.upgrade()
                && let Err(error) = ChatApiClient::new(&link).enter(room).await
            {
                println!("! {error}");
            }
        }
    });
    link.start().await?;
    println!("* connected; /help says what can be done");
    let chat = ChatApiClient::new(&link);
    enter(&chat, &screen, screen.room()).await?;

    let mut lines = lines();
    while let Some(line) = lines.recv().await {
        if screen.answers(&line) {
            continue;
        }
        match Command::parse(&line) {
            Command::Quit => break,
            command => {
                if let Err(error) = carry_out(&chat, &screen, command).await {
                    println!("! {error}");
                }
            }
        }
        if link.state() == ConnectionState::Disconnected {
            break;
        }
    }
    link.stop().await;
    Ok(())
}

async fn carry_out(
    chat: &ChatApiClient<HubConnection>,
    screen: &Screen,
    command: Command,
) -> Result<(), signalr::InvokeError> {
    match command {
        Command::Say(text) => chat.say(text).await?,
        Command::Whisper { to, text } => chat.whisper(to, text).await?,
        Command::Enter(room) => enter(chat, screen, room).await?,
        Command::History => {
            let mut messages = chat.history().await?;
            while let Some(message) = messages.try_next().await? {
                screen.show(&message);
            }
        }
        Command::End => {
            let agreed = chat.end_room().await?;
            println!(
                "* {}",
                if agreed {
                    "the room has ended"
                } else {
                    "the room stays"
                }
            );
        }
        Command::Help => println!("{}", command::HELP),
        Command::Nothing | Command::Quit => {}
    }
    Ok(())
}

async fn enter(
    chat: &ChatApiClient<HubConnection>,
    screen: &Screen,
    room: String,
) -> Result<(), signalr::InvokeError> {
    chat.enter(room.clone()).await?;
    println!("* this is “{room}”");
    screen.set_room(room);
    Ok(())
}

/// What is typed. A thread of its own reads it, which ends with the program.
fn lines() -> Receiver<String> {
    let (sender, lines) = channel(1);
    std::thread::spawn(move || {
        for line in std::io::stdin().lock().lines().map_while(Result::ok) {
            if sender.blocking_send(line).is_err() {
                break;
            }
        }
    });
    lines
}
