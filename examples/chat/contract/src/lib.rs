//! What both sides share: what the server may call on a client, and a client on the server.

mod message;

use serde::{Deserialize, Serialize};
use signalr::Stream;

pub use message::{Kind, Message};

/// The room that is always there.
pub const LOBBY: &str = "lobby";

/// A chat client: the page, or any program that answers to these calls.
#[signalr::client_interface]
pub trait ChatClient {
    /// Something was said, shared or whispered.
    async fn receive_message(&self, message: Message);
    /// Somebody else in the room is typing.
    async fn typing(&self, user: String);
    /// The rooms, and how many people are in each.
    async fn rooms(&self, rooms: Vec<RoomSummary>);
    /// Everybody who is connected.
    async fn people(&self, users: Vec<String>);
    /// So many bytes of the caller's note have arrived.
    async fn note_progress(&self, bytes: u64);
    /// The room is no more.
    async fn room_ended(&self, room: String);
    /// A question to the person in front of the screen.
    async fn agree(&self, question: String) -> bool;
}

/// What a client may call.
#[signalr::hub_interface]
pub trait ChatApi {
    /// Goes to a room, out of the one before.
    async fn enter(&self, room: String);
    /// Says something to the room.
    async fn say(&self, text: String);
    /// Says something to one person.
    async fn whisper(&self, to: String, text: String);
    /// Lets the others in the room know that the caller is typing.
    async fn typing(&self);
    /// What was said in the room, oldest first.
    fn history(&self) -> impl Stream<Item = Message>;
    /// How lively the room is, at once and whenever that changes.
    fn pulse(&self) -> impl Stream<Item = Pulse>;
    /// Shares a longer text with the room; its length in bytes.
    async fn share_note(&self, title: String, chunks: impl Stream<Item = String>) -> usize;
    /// Ends the room if everybody else in it agrees; says whether it did.
    async fn end_room(&self) -> bool;
}

/// A room as the list of rooms shows it.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq, Eq)]
pub struct RoomSummary {
    /// What it is called.
    pub name: String,
    /// How many connections are in it.
    pub people: usize,
}

/// How lively a room is.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize, PartialEq, Eq)]
pub struct Pulse {
    /// How many connections are in it.
    pub people: usize,
    /// How many messages it has seen.
    pub messages: u64,
}
