use std::fmt;
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
pub trait ClientInterface: Send + Sync + 'static {
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

    /// The contract with its wire names.
    const CONTRACT: Self::Contract;
}

/// One method of a contract: its wire name, and its arguments and outcome as types.
///
/// A parameter that is a stream stands as [`UploadOf`], a stream that is returned as
/// [`StreamOf`].
pub struct MethodSignature<Arguments, Outcome> {
    name: &'static str,
    types: PhantomData<fn(Arguments) -> Outcome>,
}

impl<Arguments, Outcome> MethodSignature<Arguments, Outcome> {
    /// The signature of the method with this wire name.
    #[must_use]
    pub const fn new(name: &'static str) -> Self {
        Self {
            name,
            types: PhantomData,
        }
    }

    /// The wire name.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }
}

impl<Arguments, Outcome> fmt::Debug for MethodSignature<Arguments, Outcome> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("MethodSignature").field(&self.name).finish()
    }
}

/// Stands for a returned stream of `T` in a [`MethodSignature`].
#[derive(Debug)]
pub struct StreamOf<T>(PhantomData<fn() -> T>);

/// Stands for an upload stream of `T` in a [`MethodSignature`].
#[derive(Debug)]
pub struct UploadOf<T>(PhantomData<fn() -> T>);
