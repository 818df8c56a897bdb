//! What depends on sockets: buffers of the operating system, and tokio's share of time for each task.

mod client;
mod fairness;
mod slow;
