//! Several servers over Redis: the specification of backends, mixed fleets, failures.

mod bus;
mod crowd;
mod failure;
mod fleet;
mod garbage;
mod mixed;
mod reference;
mod replaced;
mod server;
mod specification;
mod tls;
mod wire;
