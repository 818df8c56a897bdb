//! Several servers over Redis: the specification of backends, mixed fleets, failures.

mod bus;
mod failure;
mod fleet;
mod mixed;
mod reference;
mod server;
mod specification;
