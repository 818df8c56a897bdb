//! Where the requests of one connection go.

use std::collections::BTreeMap;

use super::address::Address;

/// Where the requests of one connection go, and the headers each of them carries.
#[derive(Clone, Debug)]
pub(super) struct Link {
    pub(super) to: Address,
    pub(super) path: String,
    pub(super) headers: BTreeMap<String, String>,
}
