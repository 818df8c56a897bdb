use std::collections::{HashMap, HashSet};
use std::sync::Mutex;

use super::payload::ReturnTo;
use crate::connection::lock;
use crate::server::lifetime::Answered;

/// How many questions of other servers one connection may owe answers to.
const MOST: usize = 1000;

/// The questions of other servers to connections of this one.
#[derive(Default)]
pub(super) struct Forwards(Mutex<Inner>);

#[derive(Default)]
struct Inner {
    by_question: HashMap<Box<str>, Forward>,
    /// What each connection owes an answer to.
    owed: HashMap<Box<str>, HashSet<Box<str>>>,
}

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
        let mut inner = lock(&self.0);
        let Inner { by_question, owed } = &mut *inner;
        if by_question.contains_key(&to.invocation_id) {
            return Err(NotForwarded::Collision);
        }
        let owed = owed.entry(connection_id.into()).or_default();
        if owed.len() >= MOST {
            return Err(NotForwarded::TooMany);
        }
        owed.insert(to.invocation_id.clone());
        let forward = Forward {
            connection_id: connection_id.into(),
            channel: to.channel.clone(),
        };
        by_question.insert(to.invocation_id.clone(), forward);
        Ok(())
    }

    /// The channel where the answer of this connection has to go.
    pub(super) fn take(
        &self,
        connection_id: &str,
        question_id: &str,
    ) -> Result<Box<str>, Answered> {
        let mut inner = lock(&self.0);
        match inner.by_question.get(question_id) {
            None => return Err(Answered::Unknown),
            Some(forward) if *forward.connection_id != *connection_id => {
                return Err(Answered::WrongConnection);
            }
            Some(_) => {}
        }
        if let Some(owed) = inner.owed.get_mut(connection_id) {
            owed.remove(question_id);
            if owed.is_empty() {
                inner.owed.remove(connection_id);
            }
        }
        inner
            .by_question
            .remove(question_id)
            .map(|forward| forward.channel)
            .ok_or(Answered::Unknown)
    }

    /// The questions that a connection leaves behind, and where they came from.
    pub(super) fn abandon(&self, connection_id: &str) -> Vec<ReturnTo> {
        let mut inner = lock(&self.0);
        let owed = inner.owed.remove(connection_id).unwrap_or_default();
        owed.into_iter()
            .filter_map(|invocation_id| {
                let forward = inner.by_question.remove(&invocation_id)?;
                Some(ReturnTo {
                    invocation_id,
                    channel: forward.channel,
                })
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::{Forwards, MOST, NotForwarded, ReturnTo};
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

    #[test]
    fn a_client_that_answers_nothing_is_asked_only_so_much() {
        let forwards = Forwards::default();
        for number in 0..MOST {
            let question = question(&number.to_string());
            assert_eq!(forwards.add("c1", &question), Ok(()));
        }
        assert_eq!(
            forwards.add("c1", &question("more")),
            Err(NotForwarded::TooMany)
        );
        assert_eq!(forwards.add("c2", &question("more")), Ok(()));
        assert!(forwards.take("c1", "7").is_ok());
        assert_eq!(forwards.add("c1", &question("again")), Ok(()));
    }
}
