//! What the steps of a vector do.

pub(super) mod expect;
pub(super) mod http;
mod response;

use std::time::Duration;

use serde_json::Value;

use super::compare::same;
use super::connection::Connection;
use super::end::End;
use super::failure::Failure;
use super::inbox::{Arrival, Inbox};
use super::json::parsed;
use super::names::Names;
use super::step::{Frames, Sending};

pub(super) async fn send(
    connection: &mut Connection,
    what: &Sending,
    names: &Names,
) -> Result<(), Failure> {
    let parts = match &what.frames {
        Frames::Texts(texts) => texts
            .iter()
            .map(|text| names.fill(text).into_bytes())
            .collect(),
        Frames::Bytes(bytes) => vec![bytes.clone()],
    };
    let status = connection.send(parts, what.binary, what.fragments).await?;
    if status == what.status {
        Ok(())
    } else {
        Err(Failure::differs(
            format!("the POST answered {}", what.status),
            status,
        ))
    }
}

pub(super) async fn silence(
    inbox: &mut Inbox,
    during: Duration,
    pings: bool,
) -> Result<(), Failure> {
    match inbox.message(during, pings).await {
        Arrival::Quiet => Ok(()),
        other => Err(Failure::differs("silence", other)),
    }
}

/// The end of the connection; before it, the server may still deliver what is listed.
pub(super) async fn closed(
    inbox: &mut Inbox,
    ends: &[End],
    maybe: &[Value],
    wait: Duration,
    names: &mut Names,
) -> Result<(), Failure> {
    loop {
        let arrival = inbox.message(wait, false).await;
        match &arrival {
            Arrival::End(end) if ends.contains(end) => return Ok(()),
            Arrival::Text { text, .. }
                if maybe.iter().any(|want| same(want, &parsed(text), names)) => {}
            _ => {
                let expected: Vec<_> = ends.iter().map(End::to_string).collect();
                return Err(Failure::differs(expected.join(" or "), arrival));
            }
        }
    }
}

/// The next bytes of a raw connection, however they were framed.
pub(super) async fn text(
    inbox: &mut Inbox,
    wanted: &str,
    opcode: Option<u8>,
    wait: Duration,
) -> Result<(), Failure> {
    let (mut got, mut last) = (String::new(), None);
    while got.len() < wanted.len() {
        let Arrival::Text { text, opcode } = inbox.next(wait).await else {
            break;
        };
        got.push_str(&text);
        last = Some(opcode);
    }
    if got == wanted && (opcode.is_none() || opcode == last) {
        Ok(())
    } else {
        Err(Failure::differs(
            format!("{wanted:?} with opcode {opcode:?}"),
            format!("{got:?} with opcode {last:?}"),
        ))
    }
}
