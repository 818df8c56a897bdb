use super::Requirement;
use super::dispatch::{LifetimeEvent, LifetimeFuture, MethodTable};
use super::untyped::UntypedProxy;
use crate::contract::{ClientInterface, Target};

/// A hub: what clients call.
///
/// Written by `#[hub]` on an `impl` block; nobody else implements it, and its functions may change
/// with any release.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a hub",
    note = "put `#[signalr::hub]` on its `impl` block"
)]
pub trait Hub: Sized + Send + Sync + 'static {
    /// The interface of its clients, or [`Untyped`].
    type Client: ClientInterface + ?Sized;

    /// The type's name without path and parameters.
    const NAME: &'static str;

    /// What every request to the hub must come with.
    const AUTHORIZE: &'static [Requirement] = &[];

    #[doc(hidden)]
    fn describe(table: &mut MethodTable<Self>);

    #[doc(hidden)]
    #[must_use]
    fn connected(event: LifetimeEvent<Self>) -> LifetimeFuture {
        drop(event);
        Box::pin(std::future::ready(Ok(())))
    }

    #[doc(hidden)]
    #[must_use]
    fn authentication_refreshed(event: LifetimeEvent<Self>) -> LifetimeFuture {
        drop(event);
        Box::pin(std::future::ready(Ok(())))
    }

    #[doc(hidden)]
    #[must_use]
    fn disconnected(event: LifetimeEvent<Self>) -> LifetimeFuture {
        drop(event);
        Box::pin(std::future::ready(Ok(())))
    }
}

/// The clients of a hub without a client interface: called by name.
#[derive(Debug)]
pub enum Untyped {}

impl ClientInterface for Untyped {
    type Proxy<T: Target> = UntypedProxy<T>;

    fn proxy<T: Target>(target: T) -> UntypedProxy<T> {
        UntypedProxy::new(target)
    }
}
