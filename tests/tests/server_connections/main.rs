//! What users of the server rely on, over transports in memory: no ports, and time that jumps
//! instead of passing.

mod asking;
mod cancelling;
mod churn;
mod closing;
mod draining;
mod fairness;
mod faults;
mod filters;
mod flooding;
mod lab;
mod outside;
mod peer;
mod races;
mod slow_consumers;
mod slow_readers;
mod streams;
mod time;
