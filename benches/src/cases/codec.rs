use std::hint::black_box;

use signalr::HubProtocol;
use signalr::protocol::{FrameReader, Message, Outcome, OutgoingInvocation};

/// 32 bytes, as in all scenarios.
pub(super) const TEXT: &str = "0123456789abcdef0123456789abcdef";

pub(super) fn invocation(protocol: HubProtocol) -> Vec<u8> {
    let mut bytes = Vec::new();
    protocol
        .write_invocation(&mut bytes, &echo())
        .expect("it can be encoded");
    bytes
}

fn echo() -> OutgoingInvocation<'static> {
    OutgoingInvocation {
        invocation_id: Some("7"),
        target: "Echo",
        arguments: &[&TEXT],
        ..OutgoingInvocation::default()
    }
}

/// From bytes to the typed argument.
pub(super) fn decode(protocol: HubProtocol) -> Box<dyn FnMut()> {
    let bytes = invocation(protocol);
    Box::new(move || {
        let bytes = black_box(&bytes);
        let frame = FrameReader::default()
            .next(protocol, bytes, Some(32_768))
            .expect("a message")
            .expect("a whole one");
        let message = protocol.parse(&bytes[frame.body]).expect("a message");
        let Message::Invocation(invocation) = message else {
            panic!("an invocation was written");
        };
        let mut arguments = invocation.arguments.reader(1);
        let text: String = arguments.next().expect("a text");
        arguments.finish().expect("one argument");
        black_box(text);
    })
}

pub(super) fn encode_completion(protocol: HubProtocol) -> Box<dyn FnMut()> {
    let mut bytes = Vec::with_capacity(4096);
    let result = TEXT.to_owned();
    Box::new(move || {
        bytes.clear();
        protocol
            .write_completion(
                &mut bytes,
                black_box("7"),
                Outcome::Result(black_box(&result)),
            )
            .expect("it can be encoded");
        black_box(&bytes);
    })
}

pub(super) fn encode_invocation(protocol: HubProtocol) -> Box<dyn FnMut()> {
    let mut bytes = Vec::with_capacity(4096);
    Box::new(move || {
        bytes.clear();
        protocol
            .write_invocation(&mut bytes, black_box(&echo()))
            .expect("it can be encoded");
        black_box(&bytes);
    })
}
