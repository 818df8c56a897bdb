//! The routes of a hub, asked without a network: what each request is answered, and what it does.

mod account;
mod admission;
mod event_stream;
mod expiry;
mod http2;
mod layers;
mod metrics;
mod options;
mod policies;
mod posts;
mod raw;
mod refresh;
mod upgrades;
mod web;
