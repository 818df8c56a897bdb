//! A record with nested values.

use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Person {
    pub(super) first_name: Option<String>,
    pub(super) age: i32,
    pub(super) tags: Option<Vec<String>>,
    pub(super) best_friend: Option<Box<Self>>,
}
