//! Steps that wait for hub messages.

use std::time::Duration;

use serde_json::Value;

use crate::player::compare::same;
use crate::player::failure::Failure;
use crate::player::inbox::{Arrival, Inbox};
use crate::player::json::parsed;
use crate::player::names::Names;

pub(in crate::player) async fn in_order(
    inbox: &mut Inbox,
    wanted: &[Value],
    pings: bool,
    wait: Duration,
    names: &mut Names,
) -> Result<(), Failure> {
    for (at, want) in wanted.iter().enumerate() {
        let arrival = inbox.message(wait, pings).await;
        let got = match &arrival {
            Arrival::Text { text, .. } => parsed(text),
            _ => return Err(missing(want, &arrival, at, wanted.len(), names)),
        };
        if !same(want, &got, names) {
            return Err(Failure::differs(names.fill_value(want), arrival));
        }
    }
    Ok(())
}

pub(in crate::player) async fn in_any_order(
    inbox: &mut Inbox,
    wanted: &[Value],
    pings: bool,
    wait: Duration,
    names: &mut Names,
) -> Result<(), Failure> {
    let mut got = Vec::new();
    for (at, want) in wanted.iter().enumerate() {
        match inbox.message(wait, pings).await {
            Arrival::Text { text, .. } => got.push(parsed(&text)),
            other => return Err(missing(want, &other, at, wanted.len(), names)),
        }
    }
    for want in wanted {
        let Some(at) = got.iter().position(|got| same(want, got, names)) else {
            return Err(Failure::differs(
                format!("{} (in any order)", names.fill_value(want)),
                Value::Array(got),
            ));
        };
        got.remove(at);
    }
    Ok(())
}

fn missing(want: &Value, got: &Arrival, after: usize, of: usize, names: &Names) -> Failure {
    let note = if after > 0 {
        format!(" (after {after} of {of} messages)")
    } else {
        String::new()
    };
    Failure::differs(names.fill_value(want), format!("{got}{note}"))
}
