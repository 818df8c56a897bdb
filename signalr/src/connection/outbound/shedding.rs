use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use bytes::Bytes;

use super::{Offered, Room};

/// Which messages a queue gives up where it is full and the peer is slow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shed {
    Oldest,
    Newest,
    /// Those that a later one with the same key makes worthless.
    Superseded,
    /// All: the connection is to end.
    Everything,
}

/// Messages in a queue that gives some of them up: loose ones may be dropped, firm ones never are.
///
/// Only loose ones count here: firm ones have room of their own, so that a peer that is slow to take
/// the ones is still answered by the others.
pub(super) struct Shedding {
    shed: Shed,
    room: Room,
    loose: VecDeque<Loose>,
    firm: VecDeque<(u64, Bytes)>,
    /// The place of the next message among all.
    next: u64,
    /// Bytes of loose messages.
    bytes: usize,
    /// Where the only message with a key is; kept from the moment when old ones were given up until
    /// the queue is taken.
    latest: Option<HashMap<Arc<str>, u64>>,
    /// The transport takes nothing now, or there is none.
    pub(super) is_stuck: bool,
}

struct Loose {
    place: u64,
    message: Bytes,
    key: Option<Arc<str>>,
}

/// What was in the queue, in order.
pub(super) struct Taken {
    pub(super) messages: VecDeque<Bytes>,
    pub(super) loose_bytes: usize,
}

impl Shedding {
    pub(super) fn new(shed: Shed, room: Room) -> Self {
        Self {
            shed,
            room,
            loose: VecDeque::new(),
            firm: VecDeque::new(),
            next: 0,
            bytes: 0,
            latest: None,
            is_stuck: false,
        }
    }

    pub(super) fn push_firm(&mut self, message: Bytes) {
        let place = self.place();
        self.firm.push_back((place, message));
    }

    /// Queues a loose message, or gives up what the peer's slowness costs: it takes nothing, or more
    /// must not be sent to it. Otherwise what is full will be empty as soon as the task that sends has
    /// had its turn.
    pub(super) fn offer(
        &mut self,
        message: &Bytes,
        key: Option<&Arc<str>>,
        may_send: bool,
    ) -> Offered {
        let superseded = self.remove_older(key);
        if superseded || self.has_room() {
            let dropped = usize::from(superseded) + self.drop_oldest();
            self.push(message, key);
            return Offered::taken(dropped);
        }
        if may_send && !self.is_stuck {
            return Offered::Full;
        }
        let dropped = match self.shed {
            Shed::Newest => return Offered::Dropped(1),
            Shed::Everything => return Offered::TooSlow,
            Shed::Oldest => self.drop_oldest(),
            Shed::Superseded => {
                self.drop_superseded() + usize::from(self.remove_older(key)) + self.drop_oldest()
            }
        };
        self.push(message, key);
        Offered::taken(dropped)
    }

    /// Takes everything.
    pub(super) fn take(&mut self) -> Taken {
        self.latest = None;
        let loose_bytes = std::mem::take(&mut self.bytes);
        let mut loose = std::mem::take(&mut self.loose).into_iter().peekable();
        let mut firm = std::mem::take(&mut self.firm).into_iter().peekable();
        let mut messages = VecDeque::with_capacity(loose.len() + firm.len());
        loop {
            let next_loose = loose.peek().map_or(u64::MAX, |loose| loose.place);
            let message = match firm.next_if(|(place, _)| *place < next_loose) {
                Some((_, message)) => message,
                None => match loose.next() {
                    Some(loose) => loose.message,
                    None => break,
                },
            };
            messages.push_back(message);
        }
        Taken {
            messages,
            loose_bytes,
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.loose.is_empty() && self.firm.is_empty()
    }

    pub(super) fn firm_bytes(&self) -> usize {
        self.firm.iter().map(|(_, message)| message.len()).sum()
    }

    fn place(&mut self) -> u64 {
        self.next += 1;
        self.next
    }

    fn push(&mut self, message: &Bytes, key: Option<&Arc<str>>) {
        let place = self.place();
        if let (Some(latest), Some(key)) = (&mut self.latest, key) {
            latest.insert(Arc::clone(key), place);
        }
        self.bytes += message.len();
        self.loose.push_back(Loose {
            place,
            message: message.clone(),
            key: key.cloned(),
        });
    }

    /// Always so where there are no loose messages.
    fn has_room(&self) -> bool {
        self.loose.is_empty() || self.room.has_room(self.bytes, self.loose.len())
    }

    /// Makes room; how many messages it cost.
    fn drop_oldest(&mut self) -> usize {
        let mut dropped = 0;
        while !self.has_room()
            && let Some(oldest) = self.loose.pop_front()
        {
            self.bytes -= oldest.message.len();
            if let (Some(latest), Some(key)) = (&mut self.latest, &oldest.key) {
                latest.remove(key);
            }
            dropped += 1;
        }
        dropped
    }

    /// Leaves one message for each key, the latest, from now on; how many messages it cost.
    fn drop_superseded(&mut self) -> usize {
        if self.latest.is_some() {
            return 0;
        }
        let before = self.loose.len();
        let latest: HashMap<_, _> = self
            .loose
            .iter()
            .filter_map(|loose| Some((loose.key.clone()?, loose.place)))
            .collect();
        self.loose.retain(|loose| {
            let key = loose.key.as_ref();
            key.is_none_or(|key| latest.get(key) == Some(&loose.place))
        });
        self.bytes = self.loose.iter().map(|loose| loose.message.len()).sum();
        self.latest = Some(latest);
        before - self.loose.len()
    }

    /// Drops the message that one with this key makes worthless, if such are given up now.
    fn remove_older(&mut self, key: Option<&Arc<str>>) -> bool {
        let older = (|| {
            let place = self.latest.as_mut()?.remove(key?)?;
            let index = self.loose.binary_search_by_key(&place, |loose| loose.place);
            self.loose.remove(index.ok()?)
        })();
        if let Some(older) = &older {
            self.bytes -= older.message.len();
        }
        older.is_some()
    }
}
