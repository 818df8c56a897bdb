mod client;
mod contract;
mod notify;

use proc_macro2::TokenStream;

use crate::model::HubInterface;

/// The contract that hubs are held to, and the typed client.
pub(crate) fn hub_interface(interface: &HubInterface) -> TokenStream {
    let mut tokens = contract::contract(interface);
    tokens.extend(client::client(interface));
    tokens.extend(notify::notify(interface));
    tokens
}
