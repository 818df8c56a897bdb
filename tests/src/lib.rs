//! Tests of signalr against recorded conversations with ASP.NET Core, and what they need.

pub mod player;
