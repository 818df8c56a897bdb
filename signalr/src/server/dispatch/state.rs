use std::borrow::Cow;
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use tokio_util::sync::CancellationToken;
use tracing::level_filters::LevelFilter;
use tracing::{Level, Span};

use super::CallFailure;
use super::failure::unencodable;
use crate::connection::Pushing;
use crate::error::HubError;
use crate::protocol::{Argument, EncodeError, HubProtocol, Outcome};
use crate::server::Requirement;
use crate::server::connection::Connection;
use crate::server::filter::Returned;
use crate::server::spans::{self, Trace};

/// One running call, apart from its hub's type.
pub(crate) struct CallState {
    connection: Arc<Connection>,
    method: Cow<'static, str>,
    /// `None`: the client wants no answer.
    invocation_id: Option<Box<str>>,
    streaming: bool,
    authorize: &'static [Requirement],
    detailed: bool,
    token: OnceLock<CancellationToken>,
    token_taken: AtomicBool,
    cancelled: AtomicBool,
    has_permit: AtomicBool,
    trace: Trace,
    span: OnceLock<Span>,
}

impl CallState {
    pub(in crate::server) fn new(
        connection: Arc<Connection>,
        method: Cow<'static, str>,
        streaming: bool,
        authorize: &'static [Requirement],
        invocation_id: Option<Box<str>>,
        detailed: bool,
        trace: Trace,
    ) -> Self {
        Self {
            connection,
            method,
            streaming,
            authorize,
            invocation_id,
            detailed,
            token: OnceLock::new(),
            token_taken: AtomicBool::new(false),
            cancelled: AtomicBool::new(false),
            has_permit: AtomicBool::new(false),
            trace,
            span: OnceLock::new(),
        }
    }

    /// The call's span, which begins now if it has not.
    pub(in crate::server) fn begin_span(&self) -> &Span {
        self.span
            .get_or_init(|| self.trace.span(&self.method, self.invocation_id()))
    }

    /// The call's span, unless the caller's rights are still being checked: a call that is refused
    /// has none.
    pub(in crate::server) fn span(&self) -> Option<&Span> {
        if LevelFilter::current() < Level::DEBUG {
            return None;
        }
        if self.authorize.is_empty() {
            Some(self.begin_span())
        } else {
            self.span.get()
        }
    }

    fn span_failed(&self, error: &HubError) {
        if let Some(span) = self.span.get() {
            spans::failed(span, error.kind());
        }
    }

    pub(in crate::server) fn connection(&self) -> &Arc<Connection> {
        &self.connection
    }

    pub(in crate::server) fn is_streaming(&self) -> bool {
        self.streaming
    }

    pub(in crate::server) fn invocation_id(&self) -> Option<&str> {
        self.invocation_id.as_deref()
    }

    pub(in crate::server) fn method(&self) -> &str {
        &self.method
    }

    /// The method's name; `None` where the hub has none of that name.
    pub(in crate::server) fn known_method(&self) -> Option<&'static str> {
        match self.method {
            Cow::Borrowed(name) => Some(name),
            Cow::Owned(_) => None,
        }
    }

    pub(in crate::server) fn authorize(&self) -> &'static [Requirement] {
        self.authorize
    }

    /// The token as the method takes it: from now on it is trusted to come to its end.
    pub(super) fn take_token(&self) -> CancellationToken {
        self.token_taken.store(true, Ordering::Release);
        self.token().clone()
    }

    pub(super) fn token_is_taken(&self) -> bool {
        self.token_taken.load(Ordering::Acquire)
    }

    /// Fires when the client cancels the call or the connection ends.
    pub(super) fn token(&self) -> &CancellationToken {
        let token = self
            .token
            .get_or_init(|| self.connection.aborted().child_token());
        if self.cancelled.load(Ordering::Acquire) {
            token.cancel();
        }
        token
    }

    pub(in crate::server) fn cancel(&self) {
        self.cancelled.store(true, Ordering::Release);
        if let Some(token) = self.token.get() {
            token.cancel();
        }
    }

    /// The call counts against the limit of parallel calls.
    pub(in crate::server) fn permit_taken(&self) {
        self.has_permit.store(true, Ordering::Release);
    }

    /// Lets the next call of this client run; only the first time counts.
    pub(in crate::server) fn give_permit_back(&self) {
        if self.has_permit.swap(false, Ordering::AcqRel) {
            self.connection.give_permit_back();
        }
    }

    /// Writes an item of the answer.
    pub(super) fn item(&self, item: &dyn Argument) -> Result<Sending<'_>, EncodeError> {
        self.send(|protocol, out, id| protocol.write_stream_item(out, id, item))
    }

    /// Writes the end of the answer.
    pub(super) fn complete(&self, outcome: Outcome<'_>) -> Result<Sending<'_>, EncodeError> {
        self.send(|protocol, out, id| protocol.write_completion(out, id, outcome))
    }

    fn send(
        &self,
        write: impl FnOnce(HubProtocol, &mut Vec<u8>, &str) -> Result<(), EncodeError>,
    ) -> Result<Sending<'_>, EncodeError> {
        let Some(id) = self.invocation_id() else {
            return Ok(Sending(None));
        };
        let protocol = self.connection.protocol();
        let pushing = self
            .connection
            .outbound
            .start_push(|out| write(protocol, out, id))?;
        Ok(Sending(Some(pushing)))
    }

    /// Answers with what filters returned.
    pub(super) async fn answer(&self, returned: Returned) -> Result<(), CallFailure> {
        let name = self.method();
        if self.streaming {
            // A filter has put a value in the place of a stream.
            if returned.value::<()>().is_some() {
                self.fail_with(&format!(
                    "The value returned by the streaming method '{name}' is not a ChannelReader<> or IAsyncEnumerable<>."
                ))
                .await;
                return Ok(());
            }
            return Err(CallFailure::Stream(HubError::framework(
                "InvalidCastException",
                "a filter returned a value where the method returns a stream",
            )));
        }
        let sending = match returned.as_argument() {
            Some(value) => self.complete(Outcome::Result(value)),
            None => self.complete(Outcome::Result(&())),
        };
        let sending = sending.map_err(|error| CallFailure::Method(unencodable(error)));
        drop(returned);
        sending?.finish().await;
        Ok(())
    }

    /// Answers with an error whose text is complete.
    pub(in crate::server) async fn fail_with(&self, text: &str) {
        // A text can always be written.
        if let Ok(sending) = self.complete(Outcome::Error(text)) {
            sending.finish().await;
        }
    }

    /// Waits for room for a message that is written.
    pub(in crate::server) async fn push(&self, message: &Bytes) {
        self.connection.outbound.push(message).await;
    }

    /// Answers that the method failed.
    pub(in crate::server) async fn fail(&self, error: &HubError) {
        self.span_failed(error);
        tracing::error!(method = self.method(), %error, "hub method failed");
        let base = format!(
            "An unexpected error occurred invoking '{}' on the server.",
            self.method
        );
        self.fail_with(&error.describe(&base, self.detailed)).await;
    }

    /// Answers that the call did not get as far as a method.
    pub(super) async fn fail_before(&self, error: &HubError) {
        let base = format!(
            "Failed to invoke '{}' due to an error on the server.",
            self.method
        );
        self.fail_with(&error.describe(&base, self.detailed)).await;
    }

    /// Answers that the stream failed.
    pub(super) async fn fail_stream(&self, error: &HubError) {
        self.span_failed(error);
        tracing::error!(method = self.method(), %error, "stream failed");
        let base = "An error occurred on the server while streaming results.";
        self.fail_with(&error.describe(base, self.detailed)).await;
    }
}

/// A part of the answer that is written and waits for room in the queue.
#[must_use]
pub(super) struct Sending<'a>(Option<Pushing<'a>>);

impl Sending<'_> {
    /// The message, if it waits for room.
    pub(super) fn waiting(self) -> Option<Bytes> {
        self.0.and_then(Pushing::waiting)
    }

    pub(super) async fn finish(self) {
        if let Some(pushing) = self.0 {
            pushing.finish().await;
        }
    }
}

impl Drop for CallState {
    fn drop(&mut self) {
        self.give_permit_back();
    }
}

impl fmt::Debug for CallState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CallState")
            .field("method", &self.method)
            .field("invocation_id", &self.invocation_id)
            .finish_non_exhaustive()
    }
}
