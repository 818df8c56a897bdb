use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;
use std::sync::Mutex;

use bytes::Bytes;
use tokio::sync::oneshot;

use crate::connection::lock;
use crate::protocol::{CompletionOutcome, HubProtocol};

/// A client's answer, still encoded.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum RawAnswer {
    /// The client failed.
    Error(String),
    /// The client answered without a value.
    Void,
    /// The value, in the client's protocol.
    Value(HubProtocol, Bytes),
}

impl From<&CompletionOutcome<'_>> for RawAnswer {
    fn from(outcome: &CompletionOutcome<'_>) -> Self {
        match outcome {
            CompletionOutcome::Error(text) => Self::Error(text.as_ref().to_owned()),
            CompletionOutcome::Void => Self::Void,
            CompletionOutcome::Result(value) => {
                Self::Value(value.protocol(), Bytes::copy_from_slice(value.bytes()))
            }
        }
    }
}

/// What became of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answered {
    /// Whoever asked has it.
    Taken,
    /// Nobody waits for it.
    Unknown,
    /// The question went to another connection.
    WrongConnection,
}

/// The questions that wait for an answer.
#[derive(Default)]
pub struct PendingAnswers(Mutex<HashMap<Box<str>, Pending>>);

struct Pending {
    connection_id: Arc<str>,
    answer: oneshot::Sender<RawAnswer>,
}

/// One question that waits; forgotten when dropped.
pub struct PendingAnswer<'a> {
    all: &'a PendingAnswers,
    question_id: Box<str>,
    answer: oneshot::Receiver<RawAnswer>,
}

impl PendingAnswers {
    /// Waits for the answer to a question to this connection.
    #[must_use]
    pub fn wait(&self, question_id: &str, connection_id: Arc<str>) -> PendingAnswer<'_> {
        let (sender, answer) = oneshot::channel();
        let pending = Pending {
            connection_id,
            answer: sender,
        };
        lock(&self.0).insert(question_id.into(), pending);
        PendingAnswer {
            all: self,
            question_id: question_id.into(),
            answer,
        }
    }

    /// Hands an answer to whoever waits for it.
    pub fn answer(&self, connection_id: &str, question_id: &str, answer: RawAnswer) -> Answered {
        let mut pending = lock(&self.0);
        match pending.get(question_id) {
            None => return Answered::Unknown,
            Some(waiting) if *waiting.connection_id != *connection_id => {
                return Answered::WrongConnection;
            }
            Some(_) => {}
        }
        if let Some(waiting) = pending.remove(question_id) {
            let _ = waiting.answer.send(answer);
        }
        Answered::Taken
    }

    /// Hands over an answer that another server has checked; whether anybody waited for it.
    pub fn forwarded(&self, question_id: &str, answer: RawAnswer) -> bool {
        lock(&self.0)
            .remove(question_id)
            .is_some_and(|waiting| waiting.answer.send(answer).is_ok())
    }
}

impl PendingAnswer<'_> {
    /// The answer; `None` if the wait was ended.
    pub async fn received(&mut self) -> Option<RawAnswer> {
        (&mut self.answer).await.ok()
    }
}

impl Drop for PendingAnswer<'_> {
    fn drop(&mut self) {
        lock(&self.all.0).remove(&self.question_id);
    }
}

impl fmt::Debug for PendingAnswers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PendingAnswers").finish_non_exhaustive()
    }
}

impl fmt::Debug for PendingAnswer<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PendingAnswer")
            .field("question_id", &self.question_id)
            .finish_non_exhaustive()
    }
}
