//! What the cases need to look at what is called: an end that records.

use std::future::ready;
use std::sync::{Arc, Mutex, PoisonError};

use serde::de::DeserializeOwned;
use signalr::contract::{
    Caller, ClientAnswer, ClientSend, Reply, SingleTarget, StartedStream, Target, Upload,
};
use signalr::protocol::{Argument, HubProtocol, OutgoingInvocation};
use signalr::{ClientResultError, InvokeError};

/// Stands where a connection would, and keeps every call as its JSON message.
#[derive(Debug, Clone, Default)]
pub struct Recorder(Arc<Mutex<Vec<String>>>);

impl Recorder {
    /// The calls since the last look.
    #[must_use]
    pub fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn record(&self, how: &str, target: &str, arguments: &[&dyn Argument], uploads: usize) {
        let call = OutgoingInvocation {
            target,
            arguments,
            ..OutgoingInvocation::default()
        };
        let mut message = Vec::new();
        let written = HubProtocol::Json.write_invocation(&mut message, &call);
        assert!(written.is_ok(), "{written:?}");
        let message = String::from_utf8_lossy(&message);
        let message = message.trim_end_matches('\u{1e}');
        let mut calls = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        calls.push(format!("{how} {message} {uploads}"));
    }
}

impl Target for Recorder {
    fn send(&self, method: &str, arguments: &[&dyn Argument]) -> ClientSend {
        self.record("send", method, arguments, 0);
        ClientSend::new(ready(Ok(())))
    }
}

impl SingleTarget for Recorder {
    fn invoke<R>(&self, method: &str, arguments: &[&dyn Argument]) -> ClientAnswer<R>
    where
        R: DeserializeOwned + Send + 'static,
    {
        self.record("ask", method, arguments, 0);
        ClientAnswer::new(ready(Err(ClientResultError::Client(
            "nobody is there".to_owned(),
        ))))
    }
}

impl Caller for Recorder {
    fn invoke<R>(&self, method: &str, arguments: &[&dyn Argument], uploads: Vec<Upload>) -> Reply<R>
    where
        R: DeserializeOwned + Send + 'static,
    {
        self.record("invoke", method, arguments, uploads.len());
        Reply::new(ready(Err(InvokeError::NotConnected)))
    }

    fn notify(&self, method: &str, arguments: &[&dyn Argument], uploads: Vec<Upload>) -> Reply<()> {
        self.record("notify", method, arguments, uploads.len());
        Reply::new(ready(Ok(())))
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
        self.record("stream", method, arguments, uploads.len());
        Reply::new(ready(Err(InvokeError::NotConnected)))
    }
}
