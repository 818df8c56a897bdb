//! Tests of signalr against recorded conversations with ASP.NET Core, and what they need.

pub mod command_line;
pub mod conformance;
pub mod player;
