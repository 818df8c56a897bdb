//! All the rooms.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use signalr::HubError;
use signalr_chat_contract::{LOBBY, Message, Pulse, RoomSummary};
use tokio::sync::watch;

use crate::room::Room;

/// How many rooms there may be.
const MOST: usize = 50;

/// Every room by its name.
#[derive(Debug)]
pub struct Rooms(Mutex<BTreeMap<String, Room>>);

impl Default for Rooms {
    fn default() -> Self {
        Self(Mutex::new(BTreeMap::from([(
            LOBBY.to_owned(),
            Room::default(),
        )])))
    }
}

impl Rooms {
    /// Lets a connection in, opening the room if need be.
    pub fn enter(&self, room: &str, connection: &str, user: &str) -> Result<(), HubError> {
        let mut rooms = self.lock();
        if !rooms.contains_key(room) && rooms.len() == MOST {
            return Err(HubError::visible(
                "There are too many rooms. End one first.",
            ));
        }
        rooms
            .entry(room.to_owned())
            .or_default()
            .admit(connection, user);
        Ok(())
    }

    /// Lets a connection out.
    pub fn leave(&self, room: &str, connection: &str) {
        if let Some(room) = self.lock().get_mut(room) {
            room.release(connection);
        }
    }

    /// Keeps a message for those who come later.
    pub fn remember(&self, room: &str, message: &Message) {
        if let Some(room) = self.lock().get_mut(room) {
            room.remember(message.clone());
        }
    }

    /// What was said last.
    pub fn history(&self, room: &str) -> Vec<Message> {
        self.lock().get(room).map(Room::history).unwrap_or_default()
    }

    /// How lively a room is, as it changes.
    pub fn pulse(&self, room: &str) -> Option<watch::Receiver<Pulse>> {
        self.lock().get(room).map(Room::pulse)
    }

    /// The connections in a room, each with its user's name.
    pub fn members(&self, room: &str) -> BTreeMap<String, String> {
        self.lock()
            .get(room)
            .map(|room| room.members().clone())
            .unwrap_or_default()
    }

    /// The list of rooms.
    pub fn summaries(&self) -> Vec<RoomSummary> {
        let summary = |(name, room): (&String, &Room)| RoomSummary {
            name: name.clone(),
            people: room.members().len(),
        };
        self.lock().iter().map(summary).collect()
    }

    /// Forgets a room.
    pub fn end(&self, room: &str) {
        self.lock().remove(room);
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Room>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
