use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use super::life::{Facts, Life};
use super::luck::Luck;
use super::verdict::Verdict;

/// Redis may have accepted a message and died before it had sent it on.
const BEFORE_OUTAGE: Duration = Duration::from_millis(250);

pub(super) enum Target {
    All,
    Group(usize),
    User(usize),
    Connection(String),
}

pub(super) struct Message {
    pub(super) number: u32,
    pub(super) server: usize,
    pub(super) target: Target,
    pub(super) sent: Duration,
    pub(super) done: Duration,
    pub(super) is_accepted: bool,
}

/// What was sent, who was there, and when there was no Redis.
pub(super) struct Ledger {
    began: Instant,
    numbers: AtomicU32,
    messages: Mutex<Vec<Message>>,
    lives: Mutex<Vec<Arc<Life>>>,
    present: Mutex<Vec<String>>,
    outages: Mutex<Vec<(Duration, Option<Duration>)>>,
    is_finished: Mutex<bool>,
}

impl Ledger {
    pub(super) fn new() -> Self {
        Self {
            began: Instant::now(),
            numbers: AtomicU32::new(0),
            messages: Mutex::default(),
            lives: Mutex::default(),
            present: Mutex::default(),
            outages: Mutex::default(),
            is_finished: Mutex::default(),
        }
    }

    pub(super) fn now(&self) -> Duration {
        self.began.elapsed()
    }

    pub(super) fn next_number(&self) -> u32 {
        self.numbers.fetch_add(1, Ordering::Relaxed)
    }

    /// How many connections there are.
    pub(super) fn present(&self) -> usize {
        self.present.lock().expect("no panic").len()
    }

    pub(super) fn begins(&self, life: &Arc<Life>, id: &str) {
        self.lives.lock().expect("no panic").push(Arc::clone(life));
        self.present.lock().expect("no panic").push(id.to_owned());
    }

    pub(super) fn ends(&self, life: &Life, id: &str) {
        let is_finished = self.is_finished.lock().expect("no panic");
        if !*is_finished {
            life.facts().to = Some(self.now());
        }
        let mut present = self.present.lock().expect("no panic");
        present.retain(|other| other != id);
    }

    /// Whoever goes from now on was there to the end.
    pub(super) fn finish(&self) {
        *self.is_finished.lock().expect("no panic") = true;
    }

    pub(super) fn anybody(&self, luck: &mut Luck) -> Option<String> {
        let present = self.present.lock().expect("no panic");
        (!present.is_empty()).then(|| present[luck.below(present.len())].clone())
    }

    pub(super) fn sent(&self, message: Message) {
        self.messages.lock().expect("no panic").push(message);
    }

    pub(super) fn begin_outage(&self) {
        let mut outages = self.outages.lock().expect("no panic");
        outages.push((self.now(), None));
    }

    /// How long it was.
    pub(super) fn end_outage(&self) -> Duration {
        let mut outages = self.outages.lock().expect("no panic");
        let (from, to) = outages.last_mut().expect("one has begun");
        let now = self.now();
        *to = Some(now);
        now - *from
    }

    /// Whether other servers may have missed a message, as documented.
    fn may_be_lost(&self, message: &Message) -> bool {
        let outages = self.outages.lock().expect("no panic");
        outages.iter().any(|(from, to)| {
            message.done + BEFORE_OUTAGE > *from && to.is_none_or(|to| message.sent < to)
        })
    }

    pub(super) fn verdict(&self) -> Verdict {
        let mut messages = self.messages.lock().expect("no panic");
        messages.sort_by_key(|message| message.sent);
        let by_number: HashMap<u32, &Message> = messages
            .iter()
            .map(|message| (message.number, message))
            .collect();
        let lives = self.lives.lock().expect("no panic");
        let mut verdict = Verdict {
            messages: messages.len(),
            refused: messages.iter().filter(|one| !one.is_accepted).count(),
            connections: lives.len(),
            ..Verdict::default()
        };
        for life in lives.iter() {
            let facts = life.facts();
            let received: HashSet<u32> = facts.received.iter().copied().collect();
            verdict.received += facts.received.len();
            verdict.doubled += facts.received.len() - received.len();
            let is_stray =
                |number: &&u32| by_number.get(*number).is_none_or(|m| !facts.is_meant(m));
            verdict.strays += received.iter().filter(is_stray).count();
            for message in during(&messages, &facts) {
                if !facts.is_due(message) {
                    continue;
                }
                verdict.due += 1;
                if received.contains(&message.number) {
                    continue;
                }
                // What a server sends its own clients does not go over Redis.
                if message.server != facts.server && self.may_be_lost(message) {
                    verdict.accounted += 1;
                } else {
                    verdict.misses(message, &facts);
                }
            }
        }
        verdict
    }
}

/// The messages that were sent while somebody lived.
fn during<'a>(messages: &'a [Message], facts: &Facts) -> &'a [Message] {
    let Some(from) = facts.from else {
        return &[];
    };
    let first = messages.partition_point(|message| message.sent <= from);
    let last = match facts.to {
        Some(to) => messages.partition_point(|message| message.sent < to),
        None => messages.len(),
    };
    &messages[first..last.max(first)]
}
