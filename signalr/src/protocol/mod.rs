//! The hub protocol.
