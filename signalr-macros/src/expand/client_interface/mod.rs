mod proxy;
mod receiver;

use proc_macro2::TokenStream;

use crate::model::ClientInterface;

/// The proxy for the hub and the receiver for the client.
pub(crate) fn client_interface(interface: &ClientInterface) -> TokenStream {
    let mut tokens = proxy::proxy(interface);
    tokens.extend(receiver::receiver(interface));
    tokens
}
