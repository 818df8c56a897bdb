//! Whatever bytes a server sends: the connection ends with a reason, and nothing panics.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::json;
use tokio::sync::mpsc;

use super::peer::{Peer, builder};
use crate::error::CloseReason;
use crate::protocol::{Argument, HubProtocol, Outcome, OutgoingInvocation};

fn invocation(
    protocol: HubProtocol,
    id: Option<&str>,
    target: &str,
    arguments: &[&dyn Argument],
) -> Vec<u8> {
    let mut out = Vec::new();
    let invocation = OutgoingInvocation {
        headers: &[("traceparent", "00-1-2-01")],
        invocation_id: id,
        target,
        arguments,
        stream_ids: &[],
        streaming: false,
    };
    protocol
        .write_invocation(&mut out, &invocation)
        .expect("plain values");
    out
}

/// What servers say.
fn corpus(protocol: HubProtocol) -> Vec<Vec<u8>> {
    let write = |write: &dyn Fn(&mut Vec<u8>)| {
        let mut out = Vec::new();
        write(&mut out);
        out
    };
    let values = json!({"a": [1, -2.5, null, "ü"], "b": {"c": true}});
    vec![
        invocation(protocol, None, "Say", &[&"hello"]),
        invocation(protocol, None, "Add", &[&1, &u64::MAX]),
        invocation(protocol, Some("s1"), "Ask", &[&values]),
        invocation(protocol, Some("s2"), "Nobody", &[]),
        write(&|out| {
            let done = protocol.write_completion(out, "1", Outcome::Result(&vec!["x", "y"]));
            done.expect("plain values");
        }),
        write(&|out| {
            let done = protocol.write_completion(out, "2", Outcome::Error("no"));
            done.expect("a text");
        }),
        write(&|out| {
            let done = protocol.write_stream_item(out, "2", &2.5);
            done.expect("a number");
        }),
        write(&|out| protocol.write_ping(out)),
        write(&|out| protocol.write_ack(out, 3)),
        write(&|out| protocol.write_sequence(out, 1)),
        write(&|out| protocol.write_cancel_invocation(out, "1")),
        write(&|out| protocol.write_close(out, Some("bye"), true)),
    ]
}

fn protocols() -> Vec<HubProtocol> {
    vec![
        HubProtocol::Json,
        #[cfg(feature = "messagepack")]
        HubProtocol::MessagePack,
    ]
}

/// Messages of one protocol, with some bytes changed, inserted or taken away.
fn mutated() -> impl Strategy<Value = (HubProtocol, Vec<u8>)> {
    let changes = vec((any::<Index>(), any::<u8>(), 0..3_u8), 0..5);
    select(protocols())
        .prop_flat_map(move |protocol| {
            let messages = vec(select(corpus(protocol)), 1..8);
            (Just(protocol), messages, changes.clone())
        })
        .prop_map(|(protocol, messages, changes)| {
            let mut bytes = messages.concat();
            for (at, byte, kind) in changes {
                let at = at.index(bytes.len());
                match kind {
                    0 => bytes[at] = byte,
                    1 => bytes.insert(at, byte),
                    _ => drop(bytes.remove(at)),
                }
            }
            (protocol, bytes)
        })
}

async fn play(protocol: HubProtocol, bytes: Vec<u8>, piece: usize) -> CloseReason {
    let (builder, mut peers) = builder();
    let link = builder.protocol(protocol).build().expect("valid settings");
    link.on("Say", |_: String| {});
    link.on("Add", |_: i32, _: u64| {});
    link.answer("Ask", |value: serde_json::Value| value)
        .expect("the first");
    let (sender, mut ends) = mpsc::unbounded_channel();
    link.on_closed(move |reason| drop(sender.send(reason)));
    let serve = async {
        let mut peer: Peer = peers.next().await;
        peer.text().await;
        peer.faults().pieces(Some(piece));
        peer.send_bytes(&b"{}\x1e"[..]).await;
        peer
    };
    let (started, mut peer) = futures_util::future::join(link.start(), serve).await;
    started.expect("a handshake");
    let call = tokio::spawn(link.invoke::<Vec<String>>("Words", ()));
    let items = link.stream::<f64>("Numbers", ()).await.expect("queued");
    peer.send_bytes(bytes).await;
    peer.close().await;
    let reason = ends.recv().await.expect("an end");
    // Answered or failed, but not left alone.
    let _ = call.await.expect("no panic");
    let _: Vec<_> = futures_util::StreamExt::collect(items).await;
    reason
}

proptest! {
    #[test]
    fn no_bytes_make_the_client_panic((protocol, bytes) in mutated(), piece in 1..50_usize) {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .build()
            .expect("a runtime");
        let reason = runtime.block_on(play(protocol, bytes, piece));
        prop_assert!(
            matches!(
                reason,
                CloseReason::TransportClosed | CloseReason::Protocol(_) | CloseReason::Server { .. }
                    | CloseReason::MessageTooLarge { .. }
            ),
            "{reason:?}"
        );
    }
}
