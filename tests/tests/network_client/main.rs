//! The client's way through the network: what it asks of servers and proxies, and what it makes of
//! their answers.

mod answers;
mod failures;
mod headers;
mod logs;
mod metrics;
mod proxies;
mod redirects;
mod server;
mod spans;
mod tls;
mod tokens;
mod web_socket;
