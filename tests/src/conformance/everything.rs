//! A record with a member of every other type.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use signalr::types::{Binary, DateTime, Guid};

use super::colour::Colour;

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Everything {
    bytes: Option<Binary>,
    when: DateTime,
    id: Guid,
    colour: Colour,
    ratio: f64,
    big: i64,
    maybe: Option<i32>,
    counts: Option<BTreeMap<String, i32>>,
}
