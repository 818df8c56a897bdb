//! The answers of clients as types that errors name as .NET does.

use serde::Deserialize;

#[derive(Debug, Deserialize)]
pub(super) struct Int32(pub(super) i32);

/// .NET's texts can be null.
#[derive(Debug, Deserialize)]
pub(super) struct String(pub(super) Option<std::string::String>);
