//! Stands in for `metrics` without that feature, and does nothing.

use std::sync::Arc;

use super::attendance::Attendance;
use crate::transport::TransportKind;

pub(super) fn dropped(_: &'static str, _: usize) {}

pub(super) fn send_failed(_: &'static str) {}

pub(super) fn queue_full() {}

#[cfg(feature = "redis")]
pub(super) fn redis_connected(_: bool) {}

#[cfg(feature = "redis")]
pub(super) fn redis_event(_: &'static str, _: usize) {}

#[derive(Debug, Clone, Default)]
pub(super) struct TimedOut {}

impl TimedOut {
    pub(super) fn set(&self) {}
}

pub(super) struct Visit;

impl Visit {
    pub(super) fn begin(_: TransportKind, _: &TimedOut, _: &Arc<Attendance>) -> Self {
        Self
    }
}
