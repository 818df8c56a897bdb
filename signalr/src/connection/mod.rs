//! What both ends of a hub connection do with messages: framing over a transport, the queue of
//! outgoing messages, and the bounded queues of streams.

// Each role uses a part of it.
#![cfg_attr(
    not(all(feature = "client", feature = "server")),
    allow(dead_code, unused_imports)
)]

mod handshake;
mod link;
mod outbound;
mod queue;
mod stateful;

pub(crate) use handshake::{HandshakeFault, read_handshake};
pub(crate) use link::{Fill, Link};
pub(crate) use outbound::{Offered, Outbound, Pushing, Room, Shed};
pub(crate) use queue::{Offer, QueueReader, QueueWriter, queue};
pub(crate) use stateful::Receipts;

use std::sync::{Mutex, MutexGuard, PoisonError};

/// The upper ends of the reference's buckets for the duration of connections, in seconds.
#[cfg(feature = "metrics")]
pub(crate) const DURATION_BUCKETS: [f64; 14] = [
    0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0,
];

/// Locks; a panic of another holder is no reason to fail here, since nothing is left half done
/// under these locks.
pub(crate) fn lock<T: ?Sized>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
