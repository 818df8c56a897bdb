//! The routes of a hub, asked without a network: what each request is answered, and what it does.

mod admission;
mod options;
mod web;
