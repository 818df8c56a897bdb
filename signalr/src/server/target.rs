use std::any::type_name;
use std::fmt;
use std::sync::Arc;

use serde::de::DeserializeOwned;
use tokio::task::coop::consume_budget;

use super::dispatch::CallState;
use super::lifetime::{EncodedMessage, LifetimeManager, ProtocolSet, RawAnswer, Recipients};
use super::shared::Shared;
use crate::contract::{ClientAnswer, ClientSend, SingleTarget, Target};
use crate::error::{ClientResultError, SendError, short_type_name};
use crate::protocol::{Argument, HubProtocol, RawValue};

/// Any number of connections.
#[derive(Clone)]
pub struct Many {
    lifetime: Arc<dyn LifetimeManager>,
    to: Recipients,
}

/// Exactly one connection.
#[derive(Clone)]
pub struct One {
    lifetime: Arc<dyn LifetimeManager>,
    connection_id: Arc<str>,
    asker: Asker,
}

/// Who asks for a client result, as far as it matters.
#[derive(Clone)]
pub(super) enum Asker {
    /// Code outside hub methods.
    Outside,
    /// A hub method: while it waits, the next call of its client may run.
    Call(Shared<CallState>),
    /// `on_connected`: no answer could be read.
    Connecting,
}

impl Many {
    pub(super) fn new(lifetime: Arc<dyn LifetimeManager>, to: Recipients) -> Self {
        Self { lifetime, to }
    }
}

impl One {
    pub(super) fn new(
        lifetime: Arc<dyn LifetimeManager>,
        connection_id: Arc<str>,
        asker: Asker,
    ) -> Self {
        Self {
            lifetime,
            connection_id,
            asker,
        }
    }
}

fn send(
    lifetime: &Arc<dyn LifetimeManager>,
    to: Recipients,
    method: &str,
    arguments: &[&dyn Argument],
) -> ClientSend {
    let message =
        EncodedMessage::invocation(writable(lifetime.protocols(&to)), None, method, arguments);
    let lifetime = Arc::clone(lifetime);
    ClientSend::new(async move {
        let message = message?;
        // Most sends wait for nobody; a method that does nothing else lets others have their turn.
        consume_budget().await;
        lifetime.send(to, message).await
    })
}

/// With nobody there an argument that cannot be written is a mistake all the same.
fn writable(protocols: ProtocolSet) -> ProtocolSet {
    if protocols == ProtocolSet::NONE {
        ProtocolSet::NONE.with(HubProtocol::Json)
    } else {
        protocols
    }
}

impl Target for Many {
    fn send(&self, method: &str, arguments: &[&dyn Argument]) -> ClientSend {
        send(&self.lifetime, self.to.clone(), method, arguments)
    }
}

impl Target for One {
    fn send(&self, method: &str, arguments: &[&dyn Argument]) -> ClientSend {
        let to = Recipients::Connection(Arc::clone(&self.connection_id));
        send(&self.lifetime, to, method, arguments)
    }
}

impl SingleTarget for One {
    fn invoke<R>(&self, method: &str, arguments: &[&dyn Argument]) -> ClientAnswer<R>
    where
        R: DeserializeOwned + Send + 'static,
    {
        let to = Recipients::Connection(Arc::clone(&self.connection_id));
        let question_id = self.lifetime.next_question();
        let message = EncodedMessage::invocation(
            writable(self.lifetime.protocols(&to)),
            Some(&question_id),
            method,
            arguments,
        );
        let Self {
            lifetime,
            connection_id,
            asker,
        } = self.clone();
        ClientAnswer::new(async move {
            match &asker {
                Asker::Outside => {}
                Asker::Call(state) => state.give_permit_back(),
                Asker::Connecting => return Err(ClientResultError::NotAllowed),
            }
            let message = message.map_err(ClientResultError::Encode)?;
            read(lifetime.ask(connection_id, question_id, message).await?)
        })
    }
}

fn read<R: DeserializeOwned>(answer: RawAnswer) -> Result<R, ClientResultError> {
    match answer {
        RawAnswer::Error(text) => Err(ClientResultError::Client(text)),
        RawAnswer::Void => Err(ClientResultError::Client(
            "Exception of type 'Microsoft.AspNetCore.SignalR.HubException' was thrown.".to_owned(),
        )),
        RawAnswer::Value(protocol, bytes) => {
            RawValue::new(protocol, &bytes).decode().map_err(|error| {
                ClientResultError::Client(format!(
                    "Error trying to deserialize result to {}. {error}",
                    reference_type_name::<R>()
                ))
            })
        }
    }
}

/// The name that .NET has for a type of the wire.
fn reference_type_name<R>() -> &'static str {
    let name = type_name::<R>();
    let name = name
        .strip_prefix("core::option::Option<")
        .and_then(|inner| inner.strip_suffix('>'))
        .unwrap_or(name);
    match name {
        "bool" => "Boolean",
        "i8" => "SByte",
        "u8" => "Byte",
        "i16" => "Int16",
        "u16" => "UInt16",
        "i32" => "Int32",
        "u32" => "UInt32",
        "i64" => "Int64",
        "u64" => "UInt64",
        "f32" => "Single",
        "f64" => "Double",
        "alloc::string::String" => "String",
        _ => short_type_name::<R>(),
    }
}

impl From<crate::protocol::EncodeError> for ClientResultError {
    fn from(error: crate::protocol::EncodeError) -> Self {
        Self::Encode(error)
    }
}

impl From<SendError> for ClientResultError {
    fn from(error: SendError) -> Self {
        match error {
            SendError::Encode(error) => Self::Encode(error),
            other => Self::Backend(Box::new(other)),
        }
    }
}

impl fmt::Debug for Many {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Many").field(&self.to).finish()
    }
}

impl fmt::Debug for One {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("One").field(&self.connection_id).finish()
    }
}
