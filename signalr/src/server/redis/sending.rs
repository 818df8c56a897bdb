//! A message on its way to the clients of this server and to the others.

use std::collections::HashSet;
use std::sync::Arc;

use bytes::Bytes;

use super::error::BackplaneError;
use super::lifetime::RedisLifetime;
use super::link::Posted;
use super::payload::BusInvocation;
use crate::error::SendError;
use crate::server::lifetime::{EncodedMessage, LifetimeManager, Recipients};

impl RedisLifetime {
    /// Gives a message to Redis and to the own clients, and waits for both.
    pub(super) async fn send_to(
        &self,
        to: Recipients,
        message: EncodedMessage,
    ) -> Result<(), SendError> {
        self.link().ready().await;
        let mut sending = Sending {
            hub: self,
            posted: Vec::new(),
            failed: None,
        };
        let own = match &to {
            Recipients::All | Recipients::AllExcept(_) => {
                let payload = BusInvocation::write(excluded(&to), &message, None);
                let serve_own = sending.post(self.names().all(), payload).await;
                serve_own.then_some(to)
            }
            Recipients::Group(name) | Recipients::GroupExcept(name, _) => {
                let payload = BusInvocation::write(excluded(&to), &message, None);
                let serve_own = sending.post(self.names().group(name), payload).await;
                serve_own.then_some(to)
            }
            Recipients::Groups(names) => {
                if names.iter().any(|name| name.is_empty()) {
                    return Err(SendError::Invalid("Cannot send to an empty group name."));
                }
                let payload = BusInvocation::write(&[], &message, None);
                let mut own = Vec::new();
                for name in names.iter() {
                    let channel = self.names().group(name);
                    if sending.post(channel, payload.clone()).await {
                        own.push(name.clone());
                    }
                }
                Some(Recipients::Groups(own.into()))
            }
            Recipients::User(_) | Recipients::Users(_) => {
                let payload = BusInvocation::write(&[], &message, None);
                let mut own = Vec::new();
                for user in distinct(&to).into_iter().filter(|user| !user.is_empty()) {
                    let channel = self.names().user(user);
                    if sending.post(channel, payload.clone()).await {
                        own.push(user.into());
                    }
                }
                Some(Recipients::Users(own.into()))
            }
            Recipients::Connection(_) | Recipients::Connections(_) => {
                let mut payload = None;
                let mut own = Vec::new();
                for id in distinct(&to) {
                    if self.members().connection(id).is_some() {
                        own.push(id.into());
                        continue;
                    }
                    let payload = payload
                        .get_or_insert_with(|| BusInvocation::write(&[], &message, None))
                        .clone();
                    sending.post(self.names().connection(id), payload).await;
                }
                Some(Recipients::Connections(own.into()))
            }
        };
        if let Some(own) = own {
            self.members().send(own, message).await?;
        }
        sending.accepted().await
    }
}

/// The copies of one message that are on their way to Redis; the first failure counts.
struct Sending<'a> {
    hub: &'a RedisLifetime,
    posted: Vec<Posted>,
    failed: Option<BackplaneError>,
}

impl Sending<'_> {
    /// Queues the message for a channel. Whether the own clients that it is for have to be served
    /// without it.
    async fn post(&mut self, channel: Arc<str>, payload: Bytes) -> bool {
        // What does not take the first copy is not waited for again with each of the others.
        if self.failed.is_some() {
            return true;
        }
        match self.hub.link().post(channel, payload).await {
            Ok(posted) => {
                let serve_own = posted.serve_own;
                self.posted.push(posted);
                serve_own
            }
            Err(error) => {
                self.failed = Some(error);
                true
            }
        }
    }

    async fn accepted(mut self) -> Result<(), SendError> {
        for posted in self.posted {
            if let Err(error) = posted.accepted().await {
                self.failed.get_or_insert(error);
            }
        }
        self.failed.map_or(Ok(()), |error| Err(error.into()))
    }
}

fn excluded(to: &Recipients) -> &[Box<str>] {
    match to {
        Recipients::AllExcept(ids) | Recipients::GroupExcept(_, ids) => ids,
        _ => &[],
    }
}

/// The names in `to`, each once, in their order.
fn distinct(to: &Recipients) -> Vec<&str> {
    let names: &[Box<str>] = match to {
        Recipients::Connection(name) | Recipients::User(name) => return vec![name],
        Recipients::Connections(names) | Recipients::Users(names) => names,
        _ => &[],
    };
    let mut seen = HashSet::new();
    names
        .iter()
        .map(AsRef::as_ref)
        .filter(|name| seen.insert(*name))
        .collect()
}
