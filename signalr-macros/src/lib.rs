//! The macros of the `signalr` crate. Use them through that crate, which documents them.
//!
//! Each macro goes through the same stages, and each stage is a folder: `parse` reads signatures and leaves bodies
//! alone, `lower` turns syntax into the plain data of `model`, `check` holds the rules between the parts of an item,
//! `expand` writes the code. `entry` strings them together.

mod attr;
mod check;
mod entry;
mod errors;
mod expand;
mod lower;
mod model;
mod parse;

use proc_macro::TokenStream;

/// Makes the `pub` methods of an `impl` block callable over SignalR.
#[proc_macro_attribute]
pub fn hub(arguments: TokenStream, item: TokenStream) -> TokenStream {
    entry::hub(arguments.into(), item.into()).into()
}

/// Makes a trait the list of methods that a hub may call on its clients.
#[proc_macro_attribute]
pub fn client_interface(arguments: TokenStream, item: TokenStream) -> TokenStream {
    entry::client_interface(arguments.into(), item.into()).into()
}

/// Makes a trait the contract of a hub, and gives it a typed client.
#[proc_macro_attribute]
pub fn hub_interface(arguments: TokenStream, item: TokenStream) -> TokenStream {
    entry::hub_interface(arguments.into(), item.into()).into()
}

/// Says how one method of a `#[hub]` impl or of an interface trait is called over SignalR.
#[proc_macro_attribute]
pub fn hub_method(_: TokenStream, item: TokenStream) -> TokenStream {
    entry::misplaced(
        "`#[hub_method]` only works inside a `#[hub]` impl or `#[hub_interface]` trait",
        item.into(),
    )
    .into()
}

/// Marks the method of a `#[hub]` impl that runs when a client has connected.
#[proc_macro_attribute]
pub fn on_connected(_: TokenStream, item: TokenStream) -> TokenStream {
    entry::misplaced(
        "`#[on_connected]` only works inside a `#[hub]` impl",
        item.into(),
    )
    .into()
}

/// Marks the method of a `#[hub]` impl that runs when a client has proved anew who it is.
#[proc_macro_attribute]
pub fn on_authentication_refreshed(_: TokenStream, item: TokenStream) -> TokenStream {
    entry::misplaced(
        "`#[on_authentication_refreshed]` only works inside a `#[hub]` impl",
        item.into(),
    )
    .into()
}

/// Marks the method of a `#[hub]` impl that runs when a client is gone.
#[proc_macro_attribute]
pub fn on_disconnected(_: TokenStream, item: TokenStream) -> TokenStream {
    entry::misplaced(
        "`#[on_disconnected]` only works inside a `#[hub]` impl",
        item.into(),
    )
    .into()
}

/// Says who may call a method of a `#[hub]` impl.
#[proc_macro_attribute]
pub fn authorize(_: TokenStream, item: TokenStream) -> TokenStream {
    entry::misplaced(
        "`#[authorize]` only works inside a `#[hub]` impl",
        item.into(),
    )
    .into()
}
