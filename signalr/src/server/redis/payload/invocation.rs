use bytes::Bytes;
use rmp::encode;

use super::reader::{Malformed, Reader};
use crate::protocol::HubProtocol;
use crate::server::lifetime::EncodedMessage;

/// A call to clients.
///
/// `[excluded, message]`, or with the two parts of [`ReturnTo`] where an answer is wanted.
/// `message` is a map from a protocol's name to the whole framed message.
#[derive(Debug, Clone)]
pub(in crate::server::redis) struct BusInvocation {
    pub(in crate::server::redis) excluded: Vec<Box<str>>,
    pub(in crate::server::redis) message: EncodedMessage,
    pub(in crate::server::redis) return_to: Option<ReturnTo>,
}

/// Where the answer of a client is to go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::server::redis) struct ReturnTo {
    pub(in crate::server::redis) invocation_id: Box<str>,
    /// The asking server's return channel, without the channel prefix.
    pub(in crate::server::redis) channel: Box<str>,
}

impl BusInvocation {
    pub(in crate::server::redis) fn write(
        excluded: &[Box<str>],
        message: &EncodedMessage,
        return_to: Option<&ReturnTo>,
    ) -> Bytes {
        let size: usize = message.iter().map(|(_, bytes)| bytes.len() + 20).sum();
        let mut out = Vec::with_capacity(size + 32 * excluded.len() + 192);
        // A vector takes all bytes, and nothing here is longer than 32 bits tell.
        let _ = encode::write_array_len(&mut out, if return_to.is_some() { 4 } else { 2 });
        let _ = encode::write_array_len(&mut out, excluded.len() as u32);
        for id in excluded {
            let _ = encode::write_str(&mut out, id);
        }
        let _ = encode::write_map_len(&mut out, message.iter().count() as u32);
        for (protocol, bytes) in message.iter() {
            let _ = encode::write_str(&mut out, protocol.name());
            let _ = encode::write_bin(&mut out, bytes);
        }
        if let Some(to) = return_to {
            let _ = encode::write_str(&mut out, &to.invocation_id);
            let _ = encode::write_str(&mut out, &to.channel);
        }
        out.into()
    }

    pub(in crate::server::redis) fn read(payload: &Bytes) -> Result<Self, Malformed> {
        let mut reader = Reader::new(payload);
        let items = reader.items(2, "Invocation")?;
        let excluded = reader.list()?;
        let excluded = (0..excluded)
            .map(|_| reader.text().map(Into::into))
            .collect::<Result<_, _>>()?;
        let mut message = EncodedMessage::default();
        for _ in 0..reader.map()? {
            let name = reader.text()?;
            let bytes = reader.bytes()?;
            // Protocols that are not known here are of no use; of two entries the first counts.
            if let Some(protocol) = named(name)
                && message.get(protocol).is_none()
            {
                message = message.with(protocol, bytes);
            }
        }
        let mut return_to = None;
        if items > 3 {
            let invocation_id = reader.text()?;
            let channel = reader.text()?;
            if !invocation_id.is_empty() {
                message = message.asking();
                return_to = Some(ReturnTo {
                    invocation_id: invocation_id.into(),
                    channel: channel.into(),
                });
            }
        }
        Ok(Self {
            excluded,
            message,
            return_to,
        })
    }
}

/// The protocol of exactly this name.
pub(super) fn named(name: &str) -> Option<HubProtocol> {
    HubProtocol::from_name(name).filter(|protocol| protocol.name() == name)
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::super::hex;
    use super::{BusInvocation, ReturnTo};
    use crate::protocol::{Argument, HubProtocol};
    use crate::server::lifetime::{EncodedMessage, ProtocolSet};

    const BOTH: &str = "92 90 82 a4 6a736f6e c4 2e
        7b2274797065223a312c22746172676574223a2253656e64222c22617267756d656e7473223a5b226869225d7d1e
        ab 6d6573736167657061636b c4 0f 0e 96 01 80 c0 a4 53656e64 91 a2 6869 90";

    fn message(
        protocols: &[HubProtocol],
        id: Option<&str>,
        target: &str,
        hi: bool,
    ) -> EncodedMessage {
        let arguments: &[&dyn Argument] = if hi { &[&"hi"] } else { &[] };
        EncodedMessage::invocation(ProtocolSet::of(protocols), id, target, arguments)
            .expect("plain arguments")
    }

    #[test]
    fn an_invocation_in_both_protocols_is_that_of_the_reference() {
        let message = message(HubProtocol::ALL, None, "Send", true);
        let written = BusInvocation::write(&[], &message, None);
        assert_eq!(written, hex(BOTH));
        assert_eq!(written.len(), 85);
        let read = BusInvocation::read(&written).expect("a payload");
        assert!(read.excluded.is_empty() && read.return_to.is_none());
        assert!(read.message.iter().eq(message.iter()));
    }

    #[test]
    fn an_invocation_in_json_alone_is_that_of_the_reference() {
        let message = message(&[HubProtocol::Json], None, "Send", true);
        let written = BusInvocation::write(&[], &message, None);
        assert_eq!(written.len(), 56);
        assert!(written.starts_with(&hex("92 90 81 a4 6a736f6e c4 2e 7b")));
        let excluded = ["c1".into(), "c2".into()];
        let written = BusInvocation::write(&excluded, &message, None);
        assert!(written.starts_with(&hex("92 92 a2 6331 a2 6332 81 a4 6a736f6e c4 2e 7b")));
        assert_eq!(
            BusInvocation::read(&written).expect("a payload").excluded,
            excluded
        );
    }

    #[test]
    fn a_question_is_that_of_the_reference() {
        let id = "1dfFyd46Ek+VbYQ3HlqJFw";
        let return_to = ReturnTo {
            invocation_id: id.into(),
            channel: "Chat.Hubs.ChatHub:internal:return:web-1_02db60e5fab243b890a847fa5c4dcb29"
                .into(),
        };
        let message = message(&[HubProtocol::Json], Some(id), "GetName", false);
        let written = BusInvocation::write(&[], &message, Some(&return_to));
        assert_eq!(written.len(), 192);
        assert!(written.starts_with(&hex("94 90 81 a4 6a736f6e c4 55 7b")));
        let text = r#"{"type":1,"invocationId":"1dfFyd46Ek+VbYQ3HlqJFw","target":"GetName","arguments":[]}"#;
        assert_eq!(&written[10..94], text.as_bytes());
        assert_eq!(written[95], 0xB6);
        assert_eq!(written[118..120], [0xD9, 0x48]);
        let read = BusInvocation::read(&written).expect("a payload");
        assert_eq!(read.return_to, Some(return_to));
    }

    #[test]
    fn readers_are_lenient_where_the_reference_is() {
        let dummies = hex("92 91 a1 61 82 a2 7031 c4 01 2a a2 7032 c4 01 2a");
        let read = BusInvocation::read(&dummies.into()).expect("unknown protocols");
        assert_eq!(read.excluded, [Box::<str>::from("a")]);
        assert_eq!(read.message.iter().count(), 0);
        let twice = hex("92 90 82 a4 6a736f6e c4 01 2a a4 6a736f6e c4 01 2b");
        let read = BusInvocation::read(&twice.into()).expect("the same name twice");
        assert_eq!(
            read.message.get(HubProtocol::Json),
            Some(&Bytes::from_static(b"*"))
        );
        for more in [
            "93 90 80 c0",
            "94 90 80 c0 c0",
            "94 90 80 a0 a0",
            "95 90 80 c0 c0 c0",
        ] {
            let read = BusInvocation::read(&hex(more).into()).expect(more);
            assert_eq!(read.return_to, None, "{more}");
        }
        assert_eq!(
            BusInvocation::read(&hex("91 90").into())
                .unwrap_err()
                .to_string(),
            "Insufficient items in Invocation array."
        );
        let whole = hex(BOTH);
        for cut in 0..whole.len() {
            let cut = Bytes::copy_from_slice(&whole[..cut]);
            assert!(BusInvocation::read(&cut).is_err(), "{cut:?}");
        }
        assert!(BusInvocation::read(&hex("92 dd ff ff ff ff 80").into()).is_err());
    }
}
