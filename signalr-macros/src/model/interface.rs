use syn::{Attribute, Ident, Path, Type, Visibility};

use super::{Parameter, WireName};

/// What both kinds of interface traits have.
#[derive(Debug)]
pub(crate) struct Header {
    pub(crate) krate: Path,
    pub(crate) cfg: Vec<Attribute>,
    pub(crate) vis: Visibility,
    pub(crate) ident: Ident,
}

/// A `#[client_interface]` trait.
#[derive(Debug)]
pub(crate) struct ClientInterface {
    pub(crate) header: Header,
    pub(crate) proxy: Ident,
    pub(crate) receiver: Ident,
    pub(crate) methods: Vec<ClientMethod>,
}

/// A method that a hub calls on its clients.
#[derive(Debug)]
pub(crate) struct ClientMethod {
    /// Documentation, `cfg`, deprecation: what is repeated on all that is generated for it.
    pub(crate) carried: Vec<Attribute>,
    pub(crate) ident: Ident,
    pub(crate) wire_name: WireName,
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) answer: Answer,
}

#[derive(Debug)]
pub(crate) enum Answer {
    None,
    Value(Type),
    /// A `Result`: the type of its value.
    Result(Type),
}

/// A `#[hub_interface]` trait.
#[derive(Debug)]
pub(crate) struct HubInterface {
    pub(crate) header: Header,
    pub(crate) client: Ident,
    pub(crate) methods: Vec<ContractMethod>,
}

/// A method that clients call on a hub, as its contract says it.
#[derive(Debug)]
pub(crate) struct ContractMethod {
    pub(crate) carried: Vec<Attribute>,
    pub(crate) ident: Ident,
    pub(crate) wire_name: WireName,
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) outcome: ContractOutcome,
}

#[derive(Debug)]
pub(crate) enum ContractOutcome {
    Value(Type),
    /// A stream: the type of its items.
    Stream(Type),
}
