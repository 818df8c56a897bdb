//! One room.

use std::collections::{BTreeMap, VecDeque};

use signalr_chat_contract::{Message, Pulse};
use tokio::sync::watch;

/// How many messages a room remembers.
const MEMORY: usize = 100;

/// Who is in a room and what was said there last.
#[derive(Debug, Default)]
pub(crate) struct Room {
    members: BTreeMap<String, String>,
    history: VecDeque<Message>,
    pulse: watch::Sender<Pulse>,
}

impl Room {
    pub(crate) fn admit(&mut self, connection: &str, user: &str) {
        self.members.insert(connection.to_owned(), user.to_owned());
        self.count_people();
    }

    pub(crate) fn release(&mut self, connection: &str) {
        self.members.remove(connection);
        self.count_people();
    }

    pub(crate) fn remember(&mut self, message: Message) {
        if self.history.len() == MEMORY {
            self.history.pop_front();
        }
        self.history.push_back(message);
        self.pulse.send_modify(|pulse| pulse.messages += 1);
    }

    pub(crate) fn history(&self) -> Vec<Message> {
        self.history.iter().cloned().collect()
    }

    /// The connections in the room, each with its user's name.
    pub(crate) fn members(&self) -> &BTreeMap<String, String> {
        &self.members
    }

    /// The pulse now and from now on, until the room is dropped.
    pub(crate) fn pulse(&self) -> watch::Receiver<Pulse> {
        let mut pulse = self.pulse.subscribe();
        pulse.mark_changed();
        pulse
    }

    fn count_people(&self) {
        self.pulse
            .send_modify(|pulse| pulse.people = self.members.len());
    }
}
