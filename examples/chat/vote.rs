//! Asking people.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use futures_util::future::join_all;
use signalr::CallerContext;
use tokio::time::timeout;

use crate::hub::ChatHub;

/// How long somebody may think about a question.
const PATIENCE: Duration = Duration::from_secs(30);

/// One person's answer.
#[derive(Debug)]
pub(crate) struct Vote {
    pub(crate) user: String,
    answer: Option<bool>,
}

impl Vote {
    /// Whoever is silent has nothing against it.
    pub(crate) fn agrees(&self) -> bool {
        self.answer.unwrap_or(true)
    }
}

impl fmt::Display for Vote {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let user = &self.user;
        match self.answer {
            Some(true) => write!(out, "{user} agreed."),
            Some(false) => write!(out, "{user} disagreed."),
            None => write!(out, "{user} did not answer."),
        }
    }
}

/// Asks all of these connections at once.
pub(crate) async fn ask(
    cx: &CallerContext<ChatHub>,
    voters: BTreeMap<String, String>,
    question: String,
) -> Vec<Vote> {
    join_all(voters.into_iter().map(|(connection, user)| {
        let question = question.clone();
        async move {
            let asked = cx.clients().client(&connection).agree(question);
            let answer = timeout(PATIENCE, asked).await.ok().and_then(Result::ok);
            Vote { user, answer }
        }
    }))
    .await
}
