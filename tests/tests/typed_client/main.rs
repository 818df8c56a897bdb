//! A typed client and its receiver against a hub of the same contract, over the transport in memory, in both protocols.

mod calls;
mod contract;
mod panel;
mod pushes;
mod station;
mod streams;
mod world;
