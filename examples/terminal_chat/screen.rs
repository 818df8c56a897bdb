//! What the server may call: all of it ends on the screen.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use signalr_chat_contract::{ChatClient, Kind, LOBBY, Message, RoomSummary};
use tokio::sync::oneshot;

/// Clones are handles to the same screen: the connection has one, the program the other.
#[derive(Clone, Debug, Default)]
pub(crate) struct Screen(Arc<Mutex<State>>);

#[derive(Debug)]
struct State {
    room: String,
    /// A question that waits for yes or no.
    question: Option<oneshot::Sender<bool>>,
}

impl Default for State {
    fn default() -> Self {
        Self {
            room: LOBBY.to_owned(),
            question: None,
        }
    }
}

impl Screen {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn room(&self) -> String {
        self.state().room.clone()
    }

    pub(crate) fn set_room(&self, room: String) {
        self.state().room = room;
    }

    /// Takes a line as the answer to the question that waits for one; whether there was one.
    pub(crate) fn answers(&self, line: &str) -> bool {
        let Some(question) = self.state().question.take() else {
            return false;
        };
        // The server may have stopped waiting.
        let _ = question.send(matches!(line.trim(), "y" | "yes"));
        true
    }

    pub(crate) fn show(&self, message: &Message) {
        let Message { from, text, .. } = message;
        match message.kind {
            Kind::Said => println!("{from}: {text}"),
            Kind::Whisper => println!("{from} whispers: {text}"),
            Kind::Note => {
                let title = message.title.as_deref().unwrap_or("a note");
                println!("{from} shares {title}:\n{text}");
            }
            Kind::Notice => println!("* {text}"),
        }
    }
}

impl ChatClient for Screen {
    async fn receive_message(&self, message: Message) {
        self.show(&message);
    }

    async fn typing(&self, _user: String) {}

    async fn rooms(&self, _rooms: Vec<RoomSummary>) {}

    async fn people(&self, users: Vec<String>) {
        println!("* here: {}", users.join(", "));
    }

    async fn note_progress(&self, _bytes: u64) {}

    async fn room_ended(&self, room: String) {
        println!("* “{room}” has ended; /enter another room");
    }

    async fn agree(&self, question: String) -> bool {
        let (answer, answered) = oneshot::channel();
        self.state().question = Some(answer);
        println!("? {question} (yes or no)");
        answered.await.unwrap_or(false)
    }
}
