//! A recorded conversation.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::json::in_order;
use super::names::Names;
use super::step::Step;

/// A recorded conversation with a server.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Vector {
    /// `family/name`.
    pub name: String,
    /// What happens.
    pub summary: String,
    /// The rule behind it.
    #[serde(default)]
    pub why: String,
    /// The issue whose features it needs.
    pub issue: u8,
    /// Whether no other vector may run beside it.
    #[serde(default)]
    pub alone: bool,
    #[serde(deserialize_with = "in_order")]
    pub(super) connections: Vec<(String, ConnectionSpec)>,
    pub(super) steps: Vec<Step>,
}

/// How a connection is opened.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ConnectionSpec {
    pub(super) path: String,
    #[serde(default)]
    pub(super) transport: Transport,
    pub(super) query: Option<String>,
    #[serde(default)]
    pub(super) headers: BTreeMap<String, String>,
    pub(super) negotiate: Option<bool>,
    #[serde(default = "one")]
    pub(super) version: i32,
    #[serde(default)]
    pub(super) stateful: bool,
    /// A request of its own, or `false` for none.
    handshake: Option<Box<RawValue>>,
    #[serde(default)]
    pub(super) identify: bool,
    #[serde(default)]
    pub(super) raw: bool,
    #[serde(default)]
    pub(super) lazy: bool,
}

/// How bytes reach the server and come back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub(super) enum Transport {
    #[default]
    #[serde(rename = "ws")]
    WebSocket,
    #[serde(rename = "sse")]
    EventStream,
    #[serde(rename = "lp")]
    Polling,
}

fn one() -> i32 {
    1
}

impl ConnectionSpec {
    /// Whether a negotiation comes first.
    pub(super) fn negotiates(&self) -> bool {
        self.negotiate
            .unwrap_or(self.transport != Transport::WebSocket)
    }

    /// The handshake request to send, if any.
    pub(super) fn handshake(&self) -> Option<String> {
        match self.handshake.as_deref() {
            Some(raw) if raw.get().starts_with('{') => Some(super::json::framed(raw)),
            Some(raw) if raw.get() == "false" => None,
            None if self.raw => None,
            _ if self.stateful => Some("{\"protocol\":\"json\",\"version\":2}\u{1e}".into()),
            _ => Some("{\"protocol\":\"json\",\"version\":1}\u{1e}".into()),
        }
    }

    /// The specification with captured values in place of their names.
    pub(super) fn filled(&self, names: &Names) -> Self {
        Self {
            path: names.fill(&self.path),
            query: self.query.as_deref().map(|query| names.fill(query)),
            headers: self
                .headers
                .iter()
                .map(|(name, value)| (name.clone(), names.fill(value)))
                .collect(),
            ..self.clone()
        }
    }

    /// Path and query of a request for this connection.
    pub(super) fn address(&self, suffix: &str, more: &[(&str, &str)]) -> String {
        let own = self.query.iter().filter(|query| !query.is_empty()).cloned();
        let query: Vec<_> = own
            .chain(more.iter().map(|(key, value)| format!("{key}={value}")))
            .collect();
        let mark = if query.is_empty() { "" } else { "?" };
        format!("{}{suffix}{mark}{}", self.path, query.join("&"))
    }
}
