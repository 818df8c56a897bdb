//! Pieces of the server's work, each small enough to count.
//!
//! One table serves three ways to measure: `cargo bench -p signalr-benches` (time and allocations, with
//! divan), `counts` (instructions and allocations, under valgrind) and the comparison's own table.

mod client;
mod codec;
mod costs;
mod groups;
mod hub;
mod server;
mod time;

pub use costs::{Costs, FIGURES};

use signalr::HubProtocol;

/// One piece of work.
#[derive(Debug, Clone, Copy)]
pub struct Case {
    /// What it is called in tables.
    pub name: &'static str,
    prepare: fn() -> Box<dyn FnMut()>,
    /// Whether preparing it costs so much that only timing is worth it.
    pub is_large: bool,
}

impl Case {
    /// Makes what the work needs; each call of what it gives does the work once.
    #[must_use]
    pub fn prepare(&self) -> Box<dyn FnMut()> {
        (self.prepare)()
    }

    const fn new(name: &'static str, prepare: fn() -> Box<dyn FnMut()>) -> Self {
        Self {
            name,
            prepare,
            is_large: false,
        }
    }

    const fn large(name: &'static str, prepare: fn() -> Box<dyn FnMut()>) -> Self {
        Self {
            name,
            prepare,
            is_large: true,
        }
    }
}

impl std::fmt::Display for Case {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

const JSON: HubProtocol = HubProtocol::Json;
const MESSAGE_PACK: HubProtocol = HubProtocol::MessagePack;

/// All of them.
pub const CASES: &[Case] = &[
    Case::new("decode_json", || codec::decode(JSON)),
    Case::new("decode_messagepack", || codec::decode(MESSAGE_PACK)),
    Case::new("encode_completion_json", || codec::encode_completion(JSON)),
    Case::new("encode_completion_messagepack", || {
        codec::encode_completion(MESSAGE_PACK)
    }),
    Case::new("encode_invocation_json", || codec::encode_invocation(JSON)),
    Case::new("encode_invocation_messagepack", || {
        codec::encode_invocation(MESSAGE_PACK)
    }),
    Case::new("echo_json", || server::echo(JSON, 1)),
    Case::new("echo_messagepack", || server::echo(MESSAGE_PACK, 1)),
    Case::new("echo_10_at_once_json", || server::echo(JSON, 10)),
    Case::new("stream_of_100_json", || server::stream(JSON)),
    Case::new("stream_of_100_messagepack", || server::stream(MESSAGE_PACK)),
    Case::new("upload_of_100_json", || server::upload(JSON)),
    Case::new("upload_of_100_messagepack", || server::upload(MESSAGE_PACK)),
    Case::new("connect_and_leave", || server::connect(JSON)),
    Case::new("fan_out_to_100", || groups::to_all(100)),
    Case::new("group_of_100", || groups::to_group(100)),
    Case::new("user_among_100", || groups::to_user(100)),
    Case::new("join_and_leave_1", || groups::join_and_leave(1)),
    Case::new("join_and_leave_1000", || groups::join_and_leave(1_000)),
    Case::large("join_and_leave_10000", || groups::join_and_leave(10_000)),
    Case::large("join_and_leave_100000", || groups::join_and_leave(100_000)),
    Case::large("fan_out_to_10000", || groups::to_all(10_000)),
    Case::large("group_of_10000", || groups::to_group(10_000)),
    Case::large("user_among_10000", || groups::to_user(10_000)),
    Case::large("user_among_100000", || groups::to_user(100_000)),
];
