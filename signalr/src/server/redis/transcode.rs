use bytes::Bytes;
use serde_json::Value;

use crate::protocol::{
    Argument, FrameReader, HubProtocol, Invocation, Message, OutgoingInvocation,
};
use crate::server::lifetime::EncodedMessage;

/// A call in a protocol that the other server did not write, made from one that it did. `None` if
/// it has none, or one whose values only its own protocol can express.
pub(super) fn into(protocol: HubProtocol, message: &EncodedMessage) -> Option<Bytes> {
    let (from, framed) = message.iter().next()?;
    let frame = FrameReader::default().next(from, framed, None).ok()??;
    let Ok(Message::Invocation(invocation)) = from.parse(&framed[frame.body]) else {
        return None;
    };
    let Invocation {
        invocation_id,
        target,
        arguments,
        ..
    } = invocation;
    let mut values = Vec::new();
    let mut reader = arguments.reader(arguments.len());
    for _ in 0..arguments.len() {
        values.push(reader.next::<Value>().ok()?);
    }
    let arguments: Vec<&dyn Argument> = values.iter().map(|value| value as _).collect();
    let mut out = Vec::with_capacity(framed.len());
    protocol
        .write_invocation(
            &mut out,
            &OutgoingInvocation {
                invocation_id: invocation_id.as_deref(),
                target: &target,
                arguments: &arguments,
                ..OutgoingInvocation::default()
            },
        )
        .ok()?;
    Some(out.into())
}

#[cfg(test)]
mod tests {
    use super::into;
    use crate::protocol::HubProtocol;
    use crate::server::lifetime::{EncodedMessage, ProtocolSet};

    #[test]
    fn a_call_is_given_the_form_it_lacks() {
        let value = serde_json::json!({"a": [1, -2, 2.5, null, true], "b": "é"});
        let whole =
            EncodedMessage::invocation(ProtocolSet::of(HubProtocol::ALL), None, "Send", &[&value])
                .expect("plain arguments");
        for from in [HubProtocol::Json, HubProtocol::MessagePack] {
            for to in [HubProtocol::Json, HubProtocol::MessagePack] {
                let half =
                    EncodedMessage::default().with(from, whole.get(from).expect("both").clone());
                assert_eq!(into(to, &half).as_ref(), whole.get(to), "{from:?} {to:?}");
            }
        }
        assert!(into(HubProtocol::Json, &EncodedMessage::default()).is_none());
    }
}
