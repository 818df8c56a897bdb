//! Stands in for `metrics` without that feature, and does nothing.

use crate::error::{CloseReason, InvokeError};
use crate::transport::TransportKind;

pub(super) fn dropped(_: &'static str) {}

pub(super) fn queue_full() {}

pub(super) fn reconnect_attempt(_: bool) {}

pub(super) fn resumption(_: bool) {}

pub(super) struct Visit;

impl Visit {
    pub(super) fn begin(_: TransportKind) -> Self {
        Self
    }

    pub(super) fn ends(&mut self, _: &CloseReason) {}
}

pub(super) struct Wait;

impl Wait {
    pub(super) fn begin() -> Self {
        Self
    }

    pub(super) fn ends<R>(&mut self, _: &Result<R, InvokeError>) {}
}
