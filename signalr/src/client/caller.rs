use std::future::{Future, ready};

use futures_util::TryFutureExt;
use serde::de::DeserializeOwned;
use tracing::Instrument;

use super::HubConnection;
use super::call::{Call, Request, Wanted};
use super::spans;
use crate::contract::{Caller, Reply, StartedStream, Upload};
use crate::error::InvokeError;
use crate::protocol::Argument;

impl Caller for HubConnection {
    fn invoke<R>(&self, method: &str, arguments: &[&dyn Argument], uploads: Vec<Upload>) -> Reply<R>
    where
        R: DeserializeOwned + Send + 'static,
    {
        let request = Request {
            method,
            arguments,
            uploads,
            wanted: Wanted::Result,
        };
        carry_out(Call::write(self, request), Call::result)
    }

    fn notify(&self, method: &str, arguments: &[&dyn Argument], uploads: Vec<Upload>) -> Reply<()> {
        let request = Request {
            method,
            arguments,
            uploads,
            wanted: Wanted::Nothing,
        };
        carry_out(Call::write(self, request), Call::notify)
    }

    fn stream<T>(
        &self,
        method: &str,
        arguments: &[&dyn Argument],
        uploads: Vec<Upload>,
    ) -> StartedStream<T>
    where
        T: DeserializeOwned + Send + 'static,
    {
        let request = Request {
            method,
            arguments,
            uploads,
            wanted: Wanted::Stream,
        };
        carry_out(Call::write(self, request), Call::stream)
    }
}

/// The future of a call, in the call's span.
fn carry_out<R, Running>(
    call: Result<Call, InvokeError>,
    run: impl FnOnce(Call) -> Running,
) -> Reply<R>
where
    Running: Future<Output = Result<R, InvokeError>> + Send + 'static,
    R: Send + 'static,
{
    let call = match call {
        Ok(call) => call,
        Err(error) => return Reply::new(ready(Err(error))),
    };
    let span = call.span();
    let running = run(call).inspect_err({
        let span = span.clone();
        move |error| {
            tracing::debug!(%error, "the call failed");
            spans::failed(&span, error);
        }
    });
    Reply::new(running.instrument(span))
}
