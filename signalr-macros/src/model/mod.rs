//! What an item says, as plain data: types and names with their spans, no generated tokens.

mod hook;
mod hub;
mod interface;
mod items;
mod method;
mod outcome;
mod parameter;
mod requirement;
mod wire_name;

pub(crate) use hook::Hook;
pub(crate) use hub::Hub;
pub(crate) use interface::{
    Answer, ClientInterface, ClientMethod, ContractMethod, ContractOutcome, Header, HubInterface,
};
pub(crate) use items::Items;
pub(crate) use method::Method;
pub(crate) use outcome::{Fallible, Outcome};
pub(crate) use parameter::{Parameter, Role, Service};
pub(crate) use requirement::Requirement;
pub(crate) use wire_name::WireName;
