use std::collections::VecDeque;
use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use futures_util::stream::{FuturesUnordered, StreamExt};

use crate::client::Work;
use crate::client::handlers::BoundCall;
use crate::client::session::Session;

/// The server's calls that have arrived and are not yet done.
#[derive(Default)]
pub(in crate::client) struct Handling {
    queue: VecDeque<ServerCall>,
    /// Questions that have begun; they hold up nothing.
    questions: FuturesUnordered<Work>,
}

enum ServerCall {
    Notice(Work),
    Question(Work),
}

impl Handling {
    pub(super) fn len(&self) -> usize {
        self.queue.len() + self.questions.len()
    }

    /// Adds a call that wants no answer.
    pub(super) fn notice(&mut self, call: BoundCall) {
        self.queue
            .push_back(ServerCall::Notice(Box::pin(call.run())));
    }

    /// Adds a call that wants an answer.
    pub(super) fn question(&mut self, call: BoundCall, session: &Arc<Session>, id: &str) {
        let answer = call.answer(Arc::clone(session), id.into());
        self.queue.push_back(ServerCall::Question(Box::pin(answer)));
    }

    /// Runs handlers, each call's after those of the call before it; whether any call is done.
    pub(super) fn poll(&mut self, cx: &mut Context<'_>) -> bool {
        let before = self.len();
        while let Some(call) = self.queue.pop_front() {
            match call {
                ServerCall::Question(answer) => self.questions.push(answer),
                ServerCall::Notice(mut handlers) => {
                    if handlers.as_mut().poll(cx).is_pending() {
                        self.queue.push_front(ServerCall::Notice(handlers));
                        break;
                    }
                }
            }
        }
        while let Poll::Ready(Some(())) = self.questions.poll_next_unpin(cx) {}
        self.len() < before
    }

    /// Runs handlers until `work` is done.
    pub(in crate::client) async fn beside<T>(&mut self, work: impl Future<Output = T>) -> T {
        let mut work = pin!(work);
        poll_fn(|cx| {
            self.poll(cx);
            work.as_mut().poll(cx)
        })
        .await
    }

    /// Runs all handlers to their end.
    pub(in crate::client) async fn finish(mut self) {
        poll_fn(|cx| {
            self.poll(cx);
            if self.len() == 0 {
                Poll::Ready(())
            } else {
                Poll::Pending
            }
        })
        .await;
    }
}
