//! What a connection does, from bytes to bytes, over the transport in memory.

use bytes::Bytes;
use signalr::HubProtocol;
use signalr::protocol::{Argument, Outcome, OutgoingInvocation};
use tokio::runtime::{Builder, Runtime};

use super::client::Client;
use super::codec::invocation;
use super::hub;

const ITEMS: i32 = 100;

pub(super) fn runtime() -> Runtime {
    Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime")
}

/// A request that is answered by so many messages.
fn asking(protocol: HubProtocol, request: Vec<u8>, answers: usize) -> Box<dyn FnMut()> {
    let runtime = runtime();
    let server = hub::server();
    let mut client = runtime.block_on(Client::connect(&server, protocol));
    let request = Bytes::from(request);
    Box::new(move || {
        runtime.block_on(async {
            client.send(request.clone()).await;
            client.take(answers).await;
        });
    })
}

pub(super) fn echo(protocol: HubProtocol, at_once: usize) -> Box<dyn FnMut()> {
    asking(protocol, invocation(protocol).repeat(at_once), at_once)
}

pub(super) fn stream(protocol: HubProtocol) -> Box<dyn FnMut()> {
    let arguments: &[&dyn Argument] = &[&ITEMS];
    let request = written(
        protocol,
        OutgoingInvocation {
            invocation_id: Some("7"),
            target: "Counter",
            arguments,
            streaming: true,
            ..OutgoingInvocation::default()
        },
    );
    asking(protocol, request, ITEMS as usize + 1)
}

pub(super) fn upload(protocol: HubProtocol) -> Box<dyn FnMut()> {
    let mut request = written(
        protocol,
        OutgoingInvocation {
            invocation_id: Some("7"),
            target: "Upload",
            stream_ids: &["s"],
            ..OutgoingInvocation::default()
        },
    );
    for item in 0..ITEMS {
        protocol
            .write_stream_item(&mut request, "s", &item)
            .expect("it can be encoded");
    }
    protocol
        .write_completion(&mut request, "s", Outcome::Void)
        .expect("it can be encoded");
    asking(protocol, request, 1)
}

fn written(protocol: HubProtocol, invocation: OutgoingInvocation<'_>) -> Vec<u8> {
    let mut bytes = Vec::new();
    protocol
        .write_invocation(&mut bytes, &invocation)
        .expect("it can be encoded");
    bytes
}

pub(super) fn connect(protocol: HubProtocol) -> Box<dyn FnMut()> {
    let runtime = runtime();
    let server = hub::server();
    Box::new(move || {
        runtime.block_on(async { Client::connect(&server, protocol).await.leave().await });
    })
}
