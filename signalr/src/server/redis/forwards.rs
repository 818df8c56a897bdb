use std::collections::HashMap;
use std::sync::Mutex;

use super::payload::ReturnTo;
use crate::connection::lock;
use crate::server::lifetime::Answered;

/// How many questions of other servers one connection may owe answers to.
const MOST: usize = 1000;

/// The questions of other servers to connections of this one.
#[derive(Default)]
pub(super) struct Forwards(Mutex<HashMap<Box<str>, Forward>>);

struct Forward {
    connection_id: Box<str>,
    channel: Box<str>,
}

/// Why a question is not passed on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NotForwarded {
    /// The id is that of another question.
    Collision,
    /// The client owes too many answers.
    TooMany,
}

impl NotForwarded {
    pub(super) fn text(self) -> &'static str {
        match self {
            Self::Collision => {
                "ID collision occurred when using client results. This is likely a bug in SignalR."
            }
            Self::TooMany => "The client has not answered too many earlier questions.",
        }
    }
}

impl Forwards {
    pub(super) fn add(&self, connection_id: &str, to: &ReturnTo) -> Result<(), NotForwarded> {
        let mut forwards = lock(&self.0);
        if forwards.contains_key(&to.invocation_id) {
            return Err(NotForwarded::Collision);
        }
        let owed = |forward: &&Forward| *forward.connection_id == *connection_id;
        if forwards.len() >= MOST && forwards.values().filter(owed).count() >= MOST {
            return Err(NotForwarded::TooMany);
        }
        let forward = Forward {
            connection_id: connection_id.into(),
            channel: to.channel.clone(),
        };
        forwards.insert(to.invocation_id.clone(), forward);
        Ok(())
    }

    /// The channel where the answer of this connection has to go.
    pub(super) fn take(
        &self,
        connection_id: &str,
        question_id: &str,
    ) -> Result<Box<str>, Answered> {
        let mut forwards = lock(&self.0);
        match forwards.get(question_id) {
            None => Err(Answered::Unknown),
            Some(forward) if *forward.connection_id != *connection_id => {
                Err(Answered::WrongConnection)
            }
            Some(_) => forwards
                .remove(question_id)
                .map(|forward| forward.channel)
                .ok_or(Answered::Unknown),
        }
    }

    /// The questions that a connection leaves behind, and where they came from.
    pub(super) fn abandon(&self, connection_id: &str) -> Vec<ReturnTo> {
        lock(&self.0)
            .extract_if(|_, forward| *forward.connection_id == *connection_id)
            .map(|(invocation_id, forward)| ReturnTo {
                invocation_id,
                channel: forward.channel,
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::{Forwards, NotForwarded, ReturnTo};
    use crate::server::lifetime::Answered;

    fn question(id: &str) -> ReturnTo {
        ReturnTo {
            invocation_id: id.into(),
            channel: "Hub:internal:return:s".into(),
        }
    }

    #[test]
    fn an_answer_goes_back_once_and_only_from_its_connection() {
        let forwards = Forwards::default();
        assert_eq!(forwards.add("c1", &question("q")), Ok(()));
        assert_eq!(
            forwards.add("c2", &question("q")),
            Err(NotForwarded::Collision)
        );
        assert_eq!(forwards.take("c2", "q"), Err(Answered::WrongConnection));
        assert_eq!(forwards.take("c1", "q"), Ok("Hub:internal:return:s".into()));
        assert_eq!(forwards.take("c1", "q"), Err(Answered::Unknown));
    }

    #[test]
    fn a_connection_leaves_its_own_questions_behind() {
        let forwards = Forwards::default();
        forwards.add("c1", &question("a")).expect("a first one");
        forwards.add("c2", &question("b")).expect("a second one");
        assert_eq!(forwards.abandon("c1"), [question("a")]);
        assert!(forwards.take("c2", "b").is_ok());
    }
}
