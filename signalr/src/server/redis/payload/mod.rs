//! What crosses Redis, to the byte as ASP.NET Core writes it: MessagePack arrays, numbers in their
//! shortest form. Readers take every valid form and ignore what follows.

mod ack;
mod answer;
mod fleet;
mod group_command;
mod invocation;
mod reader;

pub(super) use ack::{read_ack, write_ack};
pub(super) use answer::ForwardedAnswer;
pub(super) use fleet::{FleetAsk, FleetReply, Question, Selection};
pub(super) use group_command::{GroupAction, GroupCommand};
pub(super) use invocation::{BusInvocation, ReturnTo};
pub(super) use reader::Malformed;

#[cfg(test)]
pub(super) fn hex(text: &str) -> Vec<u8> {
    let digits: String = text.split_whitespace().collect();
    (0..digits.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&digits[at..at + 2], 16).expect("hex"))
        .collect()
}
