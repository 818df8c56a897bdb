use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::time::{Sleep, sleep};

use crate::connection::{Fill, Link, Outbound};
use crate::server::handover::{Handover, Turn};
use crate::transport::Ending;

/// Lets a connection outlive its transport.
///
/// Dropped when the connection ends: nobody brings a transport any more.
pub(super) struct Resume {
    handover: Arc<Handover>,
    close_timeout: Duration,
    stage: Stage,
}

enum Stage {
    Attached,
    /// A newcomer waits while the transport is asked to close, until this fires.
    Yielding(Pin<Box<Sleep>>),
    Detached,
}

/// What became of the transport.
pub(super) enum Change {
    /// There is none now.
    Detached,
    /// There is a new one.
    Attached,
    /// The other end agreed to close it, and so ended the connection.
    Closed,
    /// No other one has come in time.
    Expired,
}

impl Resume {
    pub(super) fn new(handover: Arc<Handover>, close_timeout: Duration) -> Self {
        Self {
            handover,
            close_timeout,
            stage: Stage::Attached,
        }
    }

    /// Whether the transport is there to be read from and written to.
    pub(super) fn is_attached(&self) -> bool {
        matches!(self.stage, Stage::Attached)
    }

    /// The transport was lost.
    pub(super) fn lost(&mut self, link: &mut Link, outbound: &Outbound) {
        self.stage = Stage::Detached;
        link.detach(outbound);
        self.handover.detach();
    }

    /// Looks after the transport; ready when something happened to it.
    pub(super) fn poll(
        &mut self,
        cx: &mut Context<'_>,
        link: &mut Link,
        outbound: &Outbound,
    ) -> Poll<Change> {
        match self.handover.poll_turn(cx) {
            Poll::Ready(Turn::Attach(transport)) => {
                self.stage = Stage::Attached;
                link.attach(transport);
                return Poll::Ready(Change::Attached);
            }
            Poll::Ready(Turn::End) => return Poll::Ready(Change::Expired),
            Poll::Ready(Turn::Yield) if self.is_attached() => {
                self.stage = Stage::Yielding(Box::pin(sleep(self.close_timeout)));
            }
            Poll::Ready(Turn::Yield) | Poll::Pending => {}
        }
        let Stage::Yielding(patience) = &mut self.stage else {
            return Poll::Pending;
        };
        if link.poll_close(cx, Ending::Normal).is_ready() {
            if matches!(link.poll_fill(cx), Poll::Ready(Fill::Closed)) {
                return Poll::Ready(Change::Closed);
            }
        } else {
            ready!(patience.as_mut().poll(cx));
        }
        self.lost(link, outbound);
        Poll::Ready(Change::Detached)
    }

    /// Takes in what has arrived before the connection begins, over whichever transport brings it.
    pub(super) fn poll_fill(
        &mut self,
        cx: &mut Context<'_>,
        link: &mut Link,
        outbound: &Outbound,
    ) -> Poll<Fill> {
        loop {
            match self.poll(cx, link, outbound) {
                Poll::Ready(Change::Closed | Change::Expired) => return Poll::Ready(Fill::Closed),
                Poll::Ready(Change::Attached | Change::Detached) => continue,
                Poll::Pending if !self.is_attached() => return Poll::Pending,
                Poll::Pending => {}
            }
            match ready!(link.poll_fill(cx)) {
                Fill::Lost(_) => self.lost(link, outbound),
                fill => return Poll::Ready(fill),
            }
        }
    }

    /// The client does not know stateful reconnect: a lost transport is the end.
    pub(super) fn disable(&self) {
        self.handover.disable();
    }
}

impl Drop for Resume {
    fn drop(&mut self) {
        self.handover.end();
    }
}
