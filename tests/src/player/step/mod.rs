//! One thing a vector does or expects.

mod read;

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;

use super::end::End;

/// How long a step may wait unless it says otherwise.
pub(in crate::player) const WAIT: Duration = Duration::from_secs(3);

/// One step and what to call it in a failure.
#[derive(Debug)]
pub(in crate::player) struct Step {
    pub(in crate::player) action: Action,
    pub(in crate::player) wait: Duration,
    pub(in crate::player) text: String,
}

/// What a step does.
#[derive(Debug)]
pub(in crate::player) enum Action {
    Sleep(Duration),
    Request {
        request: HttpRequest,
        then: Then,
    },
    Finish {
        name: String,
        expected: Vec<HttpResponse>,
    },
    Body {
        name: String,
        text: String,
        ended: bool,
    },
    On {
        name: String,
        act: Act,
    },
}

/// What becomes of a started request.
#[derive(Debug)]
pub(in crate::player) enum Then {
    Expect(Vec<HttpResponse>),
    Background(String),
    Open {
        name: String,
        expected: Vec<HttpResponse>,
    },
}

/// What is done with one connection.
#[derive(Debug)]
pub(in crate::player) enum Act {
    Open,
    Send(Sending),
    Drop,
    Close(Option<u16>),
    Expect {
        messages: Vec<Value>,
        unordered: bool,
        pings: bool,
    },
    Silence {
        during: Duration,
        pings: bool,
    },
    Closed {
        ends: Vec<End>,
        maybe: Vec<Value>,
    },
    Text {
        text: String,
        opcode: Option<u8>,
    },
}

/// Frames to send, each one POST where there is no WebSocket.
#[derive(Debug)]
pub(in crate::player) struct Sending {
    pub(in crate::player) frames: Frames,
    pub(in crate::player) binary: bool,
    pub(in crate::player) fragments: bool,
    pub(in crate::player) status: u16,
}

/// The contents of frames: texts that may name captured values, or bytes.
#[derive(Debug)]
pub(in crate::player) enum Frames {
    Texts(Vec<String>),
    Bytes(Vec<u8>),
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::player) struct HttpRequest {
    #[serde(default = "get")]
    pub(in crate::player) method: String,
    pub(in crate::player) path: String,
    #[serde(default)]
    pub(in crate::player) headers: BTreeMap<String, String>,
    #[serde(default)]
    pub(in crate::player) body: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::player) struct HttpResponse {
    pub(in crate::player) status: u16,
    #[serde(default)]
    pub(in crate::player) headers: BTreeMap<String, String>,
    pub(in crate::player) body: Option<String>,
    pub(in crate::player) json: Option<Value>,
}

fn get() -> String {
    "GET".into()
}
