//! Strongly typed hubs, wire-compatible with ASP.NET Core SignalR.

pub mod protocol;
