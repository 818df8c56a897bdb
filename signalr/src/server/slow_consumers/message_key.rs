use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use serde::de::DeserializeOwned;

use crate::protocol::{FrameReader, Invocation, Message};
use crate::server::lifetime::EncodedMessage;
use crate::server::running::panicked;

type KeyOf = dyn Fn(&SentMessage<'_>) -> Option<String> + Send + Sync;

/// Which messages make which worthless: the later of two with the same key is enough. For
/// [`SlowConsumers::KeepLatest`](super::SlowConsumers::KeepLatest). Default: the key is the name of the
/// client's method.
#[derive(Clone)]
pub struct MessageKey(Arc<KeyOf>);

impl MessageKey {
    /// A key that `key` finds in a message; `None`: no other message makes this one worthless.
    ///
    /// It is asked once for each message that is sent, however many receive it, before anybody gets it.
    /// It should be quick and only look at the message. A panic in it is logged and counts as `None`.
    pub fn new(key: impl Fn(&SentMessage<'_>) -> Option<String> + Send + Sync + 'static) -> Self {
        Self(Arc::new(key))
    }

    pub(in crate::server) fn of(&self, message: &EncodedMessage) -> Option<Arc<str>> {
        let (protocol, bytes) = message.iter().next()?;
        let frame = FrameReader::default().next(protocol, bytes, None).ok()??;
        let Ok(Message::Invocation(call)) = protocol.parse(&bytes[frame.body]) else {
            return None;
        };
        match catch_unwind(AssertUnwindSafe(|| (self.0)(&SentMessage(&call)))) {
            Ok(key) => key.map(Arc::from),
            Err(panic) => {
                let (target, error) = (&*call.target, panicked(&*panic));
                tracing::error!(target_method = target, %error, "a message's key was not found");
                None
            }
        }
    }
}

impl Default for MessageKey {
    fn default() -> Self {
        Self::new(|message| Some(message.target().to_owned()))
    }
}

impl fmt::Debug for MessageKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MessageKey").finish_non_exhaustive()
    }
}

/// A call on its way to clients.
#[derive(Debug)]
pub struct SentMessage<'a>(&'a Invocation<'a>);

impl SentMessage<'_> {
    /// The name of the client's method.
    #[must_use]
    pub fn target(&self) -> &str {
        &self.0.target
    }

    /// An argument, counted from 0; `None` if there is none, or it is no `T`. It is read from the
    /// message's written form.
    #[must_use]
    pub fn argument<T: DeserializeOwned>(&self, index: usize) -> Option<T> {
        self.0.arguments.get(index)?.decode().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::HubProtocol;
    use crate::server::lifetime::ProtocolSet;

    #[test]
    fn a_key_is_found_in_every_protocol() {
        let key = MessageKey::new(|message| {
            let symbol: String = message.argument(0)?;
            assert_eq!(message.argument::<String>(1), None, "another type");
            assert_eq!(message.argument::<f64>(1), Some(1.5));
            assert_eq!(message.argument::<f64>(2), None, "no such argument");
            Some(format!("{}/{symbol}", message.target()))
        });
        for &protocol in HubProtocol::ALL {
            let protocols = ProtocolSet::of(&[protocol]);
            let message = EncodedMessage::invocation(protocols, None, "Price", &[&"ABC", &1.5])
                .expect("plain");
            assert_eq!(key.of(&message).as_deref(), Some("Price/ABC"));
            assert_eq!(MessageKey::default().of(&message).as_deref(), Some("Price"));
        }
    }

    #[test]
    fn a_key_that_panics_is_none() {
        let key = MessageKey::new(|_| panic!("on purpose"));
        let protocols = ProtocolSet::of(HubProtocol::ALL);
        let message = EncodedMessage::invocation(protocols, None, "Price", &[]).expect("plain");
        assert_eq!(key.of(&message), None);
    }
}
