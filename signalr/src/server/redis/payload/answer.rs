use bytes::Bytes;
use rmp::encode;

use super::invocation::named;
use super::reader::{Malformed, Reader};
use crate::protocol::{FrameReader, HubProtocol, Message, Outcome, RawValue};
use crate::server::lifetime::RawAnswer;

/// A client's answer on its way to the server that asked.
///
/// `[protocol, completion]`: the framed Completion in the client's own protocol; its value is
/// never decoded on the way.
#[derive(Debug, Clone)]
pub(in crate::server::redis) struct ForwardedAnswer {
    pub(in crate::server::redis) question_id: Box<str>,
    pub(in crate::server::redis) answer: RawAnswer,
}

impl ForwardedAnswer {
    pub(in crate::server::redis) fn write(
        protocol: HubProtocol,
        question_id: &str,
        answer: &RawAnswer,
    ) -> Bytes {
        let mut completion = Vec::with_capacity(128);
        let written = match answer {
            RawAnswer::Error(text) => {
                protocol.write_completion(&mut completion, question_id, Outcome::Error(text))
            }
            RawAnswer::Void => {
                protocol.write_completion(&mut completion, question_id, Outcome::Void)
            }
            RawAnswer::Value(_, bytes) => protocol.write_raw_completion(
                &mut completion,
                question_id,
                RawValue::new(protocol, bytes),
            ),
        };
        debug_assert!(written.is_ok(), "raw values are written as they are");
        let mut out = Vec::with_capacity(completion.len() + 20);
        // A vector takes all bytes.
        let _ = encode::write_array_len(&mut out, 2);
        let _ = encode::write_str(&mut out, protocol.name());
        let _ = encode::write_bin(&mut out, &completion);
        out.into()
    }

    pub(in crate::server::redis) fn read(payload: &Bytes) -> Result<Self, Malformed> {
        let mut reader = Reader::new(payload);
        reader.items(2, "CompletionMessage")?;
        let name = reader.text()?;
        let protocol = named(name)
            .ok_or_else(|| Malformed::new(format!("no protocol is called '{name}' here")))?;
        let framed = reader.bytes()?;
        let frame = FrameReader::default()
            .next(protocol, &framed, None)
            .map_err(|error| Malformed::new(error.to_string()))?
            .ok_or_else(|| Malformed::new("the completion is cut off".to_owned()))?;
        match protocol.parse(&framed[frame.body]) {
            Ok(Message::Completion(completion)) => Ok(Self {
                question_id: completion.invocation_id.as_ref().into(),
                answer: RawAnswer::from(&completion.outcome),
            }),
            Ok(_) => Err(Malformed::new("the message is no completion".to_owned())),
            Err(error) => Err(Malformed::new(error.to_string())),
        }
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::super::hex;
    use super::ForwardedAnswer;
    use crate::protocol::HubProtocol;
    use crate::server::lifetime::RawAnswer;

    const ID: &str = "1dfFyd46Ek+VbYQ3HlqJFw";

    fn value(protocol: HubProtocol, bytes: &'static [u8]) -> RawAnswer {
        RawAnswer::Value(protocol, Bytes::from_static(bytes))
    }

    #[test]
    fn answers_are_those_of_the_reference() {
        let json = r#"{"type":3,"invocationId":"1dfFyd46Ek+VbYQ3HlqJFw","result":"Bob"}"#;
        let written =
            ForwardedAnswer::write(HubProtocol::Json, ID, &value(HubProtocol::Json, b"\"Bob\""));
        let expected = [&hex("92 a4 6a736f6e c4 42"), json.as_bytes(), b"\x1e"].concat();
        assert_eq!(written, expected);

        let written = ForwardedAnswer::write(
            HubProtocol::MessagePack,
            ID,
            &value(HubProtocol::MessagePack, b"\xa3Bob"),
        );
        let expected = [
            &hex("92 ab 6d6573736167657061636b c4 20 1f 95 03 80 b6"),
            ID.as_bytes(),
            &hex("03 a3 426f62"),
        ]
        .concat();
        assert_eq!(written, expected);

        let gone = RawAnswer::Error("Connection disconnected.".to_owned());
        let written = ForwardedAnswer::write(HubProtocol::Json, ID, &gone);
        let text = r#"{"type":3,"invocationId":"1dfFyd46Ek+VbYQ3HlqJFw","error":"Connection disconnected."}"#;
        let expected = [&hex("92 a4 6a736f6e c4 56"), text.as_bytes(), b"\x1e"].concat();
        assert_eq!(written, expected);
    }

    #[test]
    fn an_answer_is_read_without_being_decoded() {
        let spaced = RawAnswer::Value(HubProtocol::Json, Bytes::from_static(b"{ \"a\" : [1, 2] }"));
        let written = ForwardedAnswer::write(HubProtocol::Json, ID, &spaced);
        let read = ForwardedAnswer::read(&written).expect("an answer");
        assert_eq!(&*read.question_id, ID);
        match read.answer {
            RawAnswer::Value(HubProtocol::Json, bytes) => assert_eq!(bytes, "{ \"a\" : [1, 2] }"),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn what_is_no_answer_is_refused() {
        for (bytes, text) in [
            (
                "91 a4 6a736f6e",
                "Insufficient items in CompletionMessage array.",
            ),
            ("92 a2 7031 c4 00", "no protocol is called 'p1' here"),
            ("92 a4 6a736f6e c4 02 7b7d", "the completion is cut off"),
        ] {
            let error = ForwardedAnswer::read(&hex(bytes).into()).unwrap_err();
            assert_eq!(error.to_string(), text);
        }
    }
}
