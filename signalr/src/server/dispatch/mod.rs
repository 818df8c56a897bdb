//! From a call on the wire to a hub method and back: binding, running, encoding.

mod answer;
mod bind;
mod binder;
mod call;
mod event;
mod failure;
mod gate;
mod method;
mod misfit;
mod names;
mod scope;
mod state;
mod unknown;
mod upload;

pub use answer::Answer;
pub(super) use bind::{Bound, RawCall, bind};
pub use binder::Binder;
pub use call::Call;
pub use event::{LifetimeEvent, LifetimeFuture};
pub use failure::CallFailure;
pub(super) use method::{Bind, Methods, policies};
pub use method::{Method, MethodTable};
use scope::CallScope;
pub(crate) use state::CallState;
pub use upload::UploadStream;
pub(super) use upload::{Accepted, Uploads};

use std::future::Future;
use std::pin::Pin;

/// A call that is bound and not yet started; resolves to what is then still to be done.
pub type BoundCall = Pin<Box<dyn Future<Output = Result<Answer, CallFailure>> + Send>>;
