use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};

use futures_util::task::AtomicWaker;
use tokio::sync::oneshot;
use tokio::time::Instant;

use crate::connection::lock;
use crate::transport::Transport;

/// Where the next transport of a connection with stateful reconnect changes hands: from the
/// request that brings it to the task that serves the connection.
pub(super) struct Handover {
    state: Mutex<State>,
    task: AtomicWaker,
}

struct State {
    stage: Stage,
    /// A newcomer waits for a transport that is still attached to be given up.
    waiting: Option<oneshot::Sender<Claim>>,
}

enum Stage {
    /// The connection has a transport.
    Attached,
    /// It has none.
    Detached { since: Instant },
    /// A request brings one.
    Claimed { since: Instant },
    /// One waits to be taken.
    Delivered(Box<dyn Transport>),
    /// The client does not know stateful reconnect after all.
    Disabled,
    /// The connection has ended, or waited for too long.
    Over,
}

/// The right to bring the next transport; dropped unused, it is given back.
pub(super) struct Claim(Option<Arc<Handover>>);

/// Why a request cannot bring the next transport.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unclaimed {
    /// Another one does, or the connection keeps the one it has.
    Busy,
    /// The connection has ended.
    Gone,
}

/// What the task that serves the connection has to do.
pub(super) enum Turn {
    /// Go on over this transport.
    Attach(Box<dyn Transport>),
    /// Give up the one it has, since a newcomer wants to bring another.
    Yield,
    /// End: none came in time.
    End,
}

impl Handover {
    /// For a connection that has a transport.
    pub(super) fn new() -> Arc<Self> {
        Arc::new(Self {
            state: Mutex::new(State {
                stage: Stage::Attached,
                waiting: None,
            }),
            task: AtomicWaker::new(),
        })
    }

    /// Asks to bring the next transport, and waits while another one is given up.
    pub(super) async fn claim(self: &Arc<Self>) -> Result<Claim, Unclaimed> {
        let granted = {
            let mut state = lock(&self.state);
            match state.stage {
                Stage::Detached { since } => {
                    state.stage = Stage::Claimed { since };
                    return Ok(Claim(Some(Arc::clone(self))));
                }
                Stage::Attached
                    if state
                        .waiting
                        .as_ref()
                        .is_none_or(oneshot::Sender::is_closed) =>
                {
                    let (sender, granted) = oneshot::channel();
                    state.waiting = Some(sender);
                    granted
                }
                Stage::Over => return Err(Unclaimed::Gone),
                Stage::Attached | Stage::Claimed { .. } | Stage::Delivered(_) | Stage::Disabled => {
                    return Err(Unclaimed::Busy);
                }
            }
        };
        self.task.wake();
        granted.await.map_err(|_| Unclaimed::Gone)
    }

    /// Since when there is no transport.
    pub(super) fn detached_since(&self) -> Option<Instant> {
        match lock(&self.state).stage {
            Stage::Detached { since } | Stage::Claimed { since } => Some(since),
            _ => None,
        }
    }

    /// What is to be done; at most once for each event.
    pub(super) fn poll_turn(&self, cx: &mut Context<'_>) -> Poll<Turn> {
        self.task.register(cx.waker());
        let mut state = lock(&self.state);
        match std::mem::replace(&mut state.stage, Stage::Attached) {
            Stage::Delivered(transport) => return Poll::Ready(Turn::Attach(transport)),
            Stage::Over => {
                state.stage = Stage::Over;
                return Poll::Ready(Turn::End);
            }
            stage => state.stage = stage,
        }
        let is_wanted = matches!(state.stage, Stage::Attached)
            && state
                .waiting
                .as_ref()
                .is_some_and(|waiting| !waiting.is_closed());
        if is_wanted {
            Poll::Ready(Turn::Yield)
        } else {
            Poll::Pending
        }
    }

    /// The transport is lost, or given up.
    pub(super) fn detach(self: &Arc<Self>) {
        let since = Instant::now();
        let mut state = lock(&self.state);
        let Some(waiting) = state.waiting.take() else {
            state.stage = Stage::Detached { since };
            return;
        };
        state.stage = Stage::Claimed { since };
        drop(state);
        // If nobody waits any more, the claim is dropped and so given back.
        let _ = waiting.send(Claim(Some(Arc::clone(self))));
    }

    /// A lost transport is the end from now on.
    pub(super) fn disable(&self) {
        self.settle(Stage::Disabled);
    }

    /// The connection ends.
    pub(super) fn end(&self) {
        self.settle(Stage::Over);
    }

    fn settle(&self, stage: Stage) {
        let mut state = lock(&self.state);
        if let Stage::Disabled = state.stage {
            return;
        }
        let before = std::mem::replace(&mut state.stage, stage);
        let waiting = state.waiting.take();
        drop(state);
        drop((before, waiting));
        self.task.wake();
    }
}

impl Claim {
    /// Hands a transport over.
    pub(super) fn deliver(mut self, transport: Box<dyn Transport>) {
        if let Some(handover) = self.0.take() {
            let mut state = lock(&handover.state);
            if let Stage::Claimed { .. } = state.stage {
                state.stage = Stage::Delivered(transport);
            }
            drop(state);
            handover.task.wake();
        }
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        if let Some(handover) = self.0.take() {
            let mut state = lock(&handover.state);
            if let Stage::Claimed { since } = state.stage {
                state.stage = Stage::Detached { since };
            }
        }
    }
}
