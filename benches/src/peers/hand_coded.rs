//! The two methods as one writes them without a framework: a look at the JSON and a match.

use serde::Deserialize;
use serde_json::value::RawValue;

/// Ends each message of the JSON hub protocol.
pub(super) const END: u8 = 0x1e;

#[derive(Deserialize)]
struct Call<'a> {
    #[serde(rename = "type")]
    kind: u8,
    #[serde(rename = "invocationId")]
    id: Option<&'a str>,
    target: Option<&'a str>,
    #[serde(borrow)]
    arguments: Option<[&'a RawValue; 1]>,
}

/// What a message leads to, in whole messages of the protocol.
#[derive(Default)]
pub(super) struct Reaction {
    pub(super) to_all: Option<Vec<u8>>,
}

/// Appends the answer for the caller to `answer`.
pub(super) fn react(message: &[u8], answer: &mut Vec<u8>) -> Result<Reaction, serde_json::Error> {
    if message.starts_with(br#"{"protocol""#) {
        answer.extend_from_slice(b"{}\x1e");
        return Ok(Reaction::default());
    }
    let call: Call<'_> = serde_json::from_slice(message)?;
    let (1, Some(id), Some([argument])) = (call.kind, call.id, call.arguments) else {
        return Ok(Reaction::default());
    };
    // Read into its type and written from it, as any typed method must.
    let text: String = serde_json::from_str(argument.get())?;
    match call.target {
        Some("Echo") => {
            begin_answer(id, answer);
            serde_json::to_writer(&mut *answer, &text)?;
            answer.extend_from_slice(&[b'}', END]);
            Ok(Reaction::default())
        }
        Some("Broadcast") => {
            begin_answer(id, answer);
            answer.extend_from_slice(b"null}\x1e");
            let mut all = br#"{"type":1,"target":"Receive","arguments":["#.to_vec();
            serde_json::to_writer(&mut all, &text)?;
            all.extend_from_slice(b"]}\x1e");
            Ok(Reaction { to_all: Some(all) })
        }
        _ => Ok(Reaction::default()),
    }
}

fn begin_answer(id: &str, answer: &mut Vec<u8>) {
    answer.extend_from_slice(br#"{"type":3,"invocationId":""#);
    answer.extend_from_slice(id.as_bytes());
    answer.extend_from_slice(br#"","result":"#);
}

/// The messages in a payload.
pub(super) fn messages(payload: &[u8]) -> impl Iterator<Item = &[u8]> {
    payload
        .split(|&byte| byte == END)
        .filter(|message| !message.is_empty())
}
