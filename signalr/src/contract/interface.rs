use std::marker::PhantomData;

use super::Target;

/// The methods that a hub may call on its clients.
///
/// `#[client_interface] trait ChatClient` implements it for `dyn ChatClient`, through which
/// `#[hub(client = ChatClient)]` finds the proxy.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a client interface",
    note = "put `#[signalr::client_interface]` on the trait"
)]
pub trait ClientInterface: 'static {
    /// The calls, each a method, to the clients that `T` addresses.
    type Proxy<T: Target>: Send + Sync + 'static;

    /// The proxy for `target`.
    fn proxy<T: Target>(target: T) -> Self::Proxy<T>;
}

/// The methods that clients may call on a hub.
///
/// `#[hub_interface] trait ChatApi` implements it for `dyn ChatApi`, through which
/// `#[hub(implements = ChatApi)]` is held to the contract.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a hub interface",
    note = "put `#[signalr::hub_interface]` on the trait"
)]
pub trait HubInterface: 'static {
    /// A struct with one [`MethodSignature`] for each method, named as the method.
    type Contract: 'static;

    /// Each method's name in Rust and on the wire.
    const METHODS: &'static [(&'static str, &'static str)];
}

/// One method of a contract: its arguments and outcome as types.
///
/// A parameter that is a stream stands as [`UploadOf`], a stream that is returned as
/// [`StreamOf`].
#[derive(Debug)]
pub struct MethodSignature<Arguments, Outcome>(PhantomData<fn(Arguments) -> Outcome>);

impl<Arguments, Outcome> MethodSignature<Arguments, Outcome> {
    /// The signature with these types.
    #[must_use]
    #[expect(clippy::new_without_default, reason = "only generated code makes one")]
    pub const fn new() -> Self {
        Self(PhantomData)
    }
}

/// Stands for a returned stream of `T` in a [`MethodSignature`].
#[derive(Debug)]
pub struct StreamOf<T>(PhantomData<fn() -> T>);

/// Stands for an upload stream of `T` in a [`MethodSignature`].
#[derive(Debug)]
pub struct UploadOf<T>(PhantomData<fn() -> T>);
