//! From a call on the wire to a hub method and back: binding, running, encoding.

mod answer;
mod binder;
mod call;
mod event;
mod gate;
mod method;
mod misfit;
mod names;
mod state;
mod unknown;
mod upload;

pub use answer::Answer;
pub use binder::Binder;
pub use call::{Call, CallFailure};
pub use event::{LifetimeEvent, LifetimeFuture};
pub(super) use method::MethodMap;
pub use method::{Method, MethodTable};
pub(super) use misfit::{fault, refuse};
pub(crate) use state::CallState;
pub(super) use unknown::unknown;
pub use upload::UploadStream;
pub(super) use upload::{Accepted, Uploads};

use std::future::Future;
use std::pin::Pin;

/// A call that is bound and not yet started; resolves to what is then still to be done.
pub type BoundCall = Pin<Box<dyn Future<Output = Result<Answer, CallFailure>> + Send>>;
