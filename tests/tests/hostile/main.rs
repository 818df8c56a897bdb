//! Clients that mean harm: each gets a clear answer, costs a bounded amount of memory, leaves
//! nothing behind, and nobody else notices.
//!
//! Everything goes through the real routes, on wires in memory, while time jumps. All tests run one
//! after the other, because they look at how much memory the process has.

mod calls;
mod frames;
mod ground;
mod handshakes;
mod messages;
mod negotiations;
mod posts;
mod requests;
mod wire;

#[global_allocator]
static MEMORY: peak_alloc::PeakAlloc = peak_alloc::PeakAlloc;
