use std::sync::Arc;

use super::error::BackplaneError;
use super::link::Link;
use super::route::Route;

/// The need for a channel; given up when dropped.
#[must_use]
pub(super) struct Lease {
    link: Arc<Link>,
    channel: Arc<str>,
    is_kept: bool,
}

impl Lease {
    /// Needs a channel, and waits until Redis sends what is published to it. Without a connection
    /// it does not wait.
    pub(super) async fn take(
        link: &Arc<Link>,
        channel: Arc<str>,
        route: Route,
    ) -> Result<Self, BackplaneError> {
        let settled = link.registry().acquire(&channel, route);
        let lease = Self {
            link: Arc::clone(link),
            channel,
            is_kept: false,
        };
        if let Some(settled) = settled {
            settled.await.unwrap_or(Ok(()))?;
        }
        Ok(lease)
    }

    /// Leaves the need standing; whoever does so calls `release` some day.
    pub(super) fn keep(mut self) {
        self.is_kept = true;
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        if !self.is_kept {
            self.link.registry().release(&self.channel);
        }
    }
}
