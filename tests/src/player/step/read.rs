//! Reads steps from their JSON form.

use std::time::Duration;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use serde_json::value::RawValue;

use super::{Act, Action, Frames, HttpRequest, Sending, Step, Then, WAIT};
use crate::player::json::{framed, one_or_many};

/// A step as written: the property that is present says what it does.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Fields {
    on: Option<String>,
    wait: Option<u64>,
    #[serde(rename = "raw")]
    _raw: Option<Value>,
    sleep: Option<u64>,
    // Requests.
    http: Option<HttpRequest>,
    response: Option<Box<RawValue>>,
    background: Option<String>,
    finish: Option<String>,
    opens: Option<String>,
    stream: Option<String>,
    #[serde(default)]
    ended: bool,
    #[serde(rename = "as")]
    _as: Option<String>,
    // Connections.
    #[serde(default)]
    open: bool,
    #[serde(default)]
    drop: bool,
    #[serde(default, deserialize_with = "present")]
    close: Option<Option<u16>>,
    send: Option<Box<RawValue>>,
    joined: Option<Box<RawValue>>,
    fragments: Option<Box<RawValue>>,
    hex: Option<String>,
    #[serde(default)]
    binary: bool,
    status: Option<u16>,
    expect: Option<Vec<Value>>,
    #[serde(default)]
    unordered: bool,
    #[serde(default)]
    pings: bool,
    silence: Option<u64>,
    closed: Option<Box<RawValue>>,
    #[serde(default)]
    maybe: Vec<Value>,
    text: Option<String>,
    opcode: Option<u8>,
}

/// Tells `null` from absent.
fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<u16>>, D::Error> {
    Deserialize::deserialize(deserializer).map(Some)
}

impl<'de> Deserialize<'de> for Step {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let source = Box::<RawValue>::deserialize(deserializer)?;
        let fields: Fields = serde_json::from_str(source.get()).map_err(D::Error::custom)?;
        let wait = fields.wait.map_or(WAIT, Duration::from_millis);
        let action = fields.action().map_err(D::Error::custom)?;
        Ok(Self {
            action,
            wait,
            text: shown(&source),
        })
    }
}

/// The step's text in failures: without what is for information only, and not too long.
fn shown(source: &RawValue) -> String {
    let mut value: Value = serde_json::from_str(source.get()).unwrap_or_default();
    if let Some(fields) = value.as_object_mut() {
        fields.remove("raw");
    }
    value.to_string().chars().take(300).collect()
}

impl Fields {
    fn action(self) -> Result<Action, String> {
        if let Some(millis) = self.sleep {
            return Ok(Action::Sleep(Duration::from_millis(millis)));
        }
        let expected = || match &self.response {
            Some(raw) => one_or_many(raw).map_err(|e| format!("response: {e}")),
            None => Ok(Vec::new()),
        };
        if let Some(name) = self.finish {
            return Ok(Action::Finish {
                name,
                expected: expected()?,
            });
        }
        if let Some(name) = self.stream {
            return Ok(Action::Body {
                name,
                text: self.text.unwrap_or_default(),
                ended: self.ended,
            });
        }
        if let Some(request) = self.http {
            let then = match (self.background, self.opens) {
                (Some(name), _) => Then::Background(name),
                (None, Some(name)) => Then::Open {
                    name,
                    expected: expected()?,
                },
                (None, None) => Then::Expect(expected()?),
            };
            return Ok(Action::Request { request, then });
        }
        let name = self
            .on
            .clone()
            .ok_or("a step needs `on`, `http`, `finish`, `stream` or `sleep`")?;
        Ok(Action::On {
            name,
            act: self.act()?,
        })
    }

    fn act(self) -> Result<Act, String> {
        let pings = self.pings;
        if self.open {
            return Ok(Act::Open);
        }
        if self.drop {
            return Ok(Act::Drop);
        }
        if let Some(code) = self.close {
            return Ok(Act::Close(code));
        }
        if let Some(messages) = self.expect {
            return Ok(Act::Expect {
                messages,
                unordered: self.unordered,
                pings,
            });
        }
        if let Some(millis) = self.silence {
            return Ok(Act::Silence {
                during: Duration::from_millis(millis),
                pings,
            });
        }
        if let Some(raw) = &self.closed {
            let ends = one_or_many(raw).map_err(|e| format!("closed: {e}"))?;
            return Ok(Act::Closed {
                ends,
                maybe: self.maybe,
            });
        }
        if let Some(text) = self.text {
            return Ok(Act::Text {
                text,
                opcode: self.opcode,
            });
        }
        self.sending().map(Act::Send)
    }

    fn sending(self) -> Result<Sending, String> {
        let fragments = self.fragments.is_some();
        let frames = if let Some(hex) = &self.hex {
            Frames::Bytes(bytes(hex)?)
        } else if let Some(raw) = &self.joined {
            Frames::Texts(vec![texts(raw)?.concat()])
        } else {
            let raw = self
                .send
                .or(self.fragments)
                .ok_or("a step that does nothing")?;
            Frames::Texts(texts(&raw)?)
        };
        Ok(Sending {
            frames,
            binary: self.binary,
            fragments,
            status: self.status.unwrap_or(200),
        })
    }
}

fn texts(raw: &RawValue) -> Result<Vec<String>, String> {
    let parts: Vec<Box<RawValue>> = one_or_many(raw).map_err(|e| e.to_string())?;
    Ok(parts.iter().map(|part| framed(part)).collect())
}

fn bytes(hex: &str) -> Result<Vec<u8>, String> {
    let byte = |at| {
        hex.get(at..at + 2)
            .and_then(|pair| u8::from_str_radix(pair, 16).ok())
    };
    (0..hex.len())
        .step_by(2)
        .map(|at| byte(at).ok_or_else(|| format!("not hex: {hex}")))
        .collect()
}
