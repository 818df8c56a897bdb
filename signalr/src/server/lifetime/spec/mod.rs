//! What every backend has to do: checks for implementations of [`LifetimeManager`].
//!
//! A check is given a fleet: servers that share a hub, each with its own lifetime manager. One
//! server is a fleet, too. Run them from a test of your backend:
//!
//! ```no_run
//! # async fn example() {
//! use std::sync::Arc;
//! use signalr::server::lifetime::InProcess;
//! use signalr::server::lifetime::spec::{self, Fleet};
//!
//! spec::check(|| async { Fleet::new([Arc::new(InProcess::default()) as _]) }).await;
//! # }
//! ```

mod client;
mod groups;
mod questions;
mod sending;

use std::fmt;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::FutureExt;

pub use client::TestClient;

use super::{EncodedMessage, LifetimeManager, Recipients};
use crate::error::SendError;

/// Servers that share a hub.
#[derive(Clone)]
pub struct Fleet {
    servers: Vec<Arc<dyn LifetimeManager>>,
}

type Check = fn(Fleet) -> Pin<Box<dyn Future<Output = ()> + Send>>;

macro_rules! checks {
    ($($module:ident::$name:ident,)*) => {
        const CHECKS: &[(&str, Check)] = &[
            $((stringify!($name), |fleet| Box::pin($module::$name(fleet))),)*
        ];
    };
}

checks! {
    sending::everybody_is_reached_once,
    sending::the_excepted_are_left_out,
    sending::one_connection_is_reached_wherever_it_is,
    sending::of_many_connections_each_is_reached_once,
    sending::a_user_is_reached_on_all_connections,
    sending::the_same_bytes_from_two_servers_arrive_twice,
    sending::messages_of_one_sender_keep_their_order,
    sending::nobody_is_no_error,
    sending::who_has_left_gets_nothing,
    sending::names_may_hold_any_text,
    sending::a_slow_client_holds_up_no_other,
    groups::members_and_only_members_are_reached,
    groups::a_connection_joins_and_leaves_through_any_server,
    groups::a_member_of_two_groups_gets_a_message_for_both_twice,
    groups::joining_twice_is_joining_once,
    groups::a_connection_that_is_nowhere_joins_nothing,
    groups::an_empty_name_is_refused,
    groups::groups_end_with_their_connections,
    groups::group_names_are_compared_exactly,
    questions::an_answer_comes_back,
    questions::an_error_comes_back,
    questions::answers_find_their_questions,
    questions::a_connection_that_is_nowhere_is_not_asked,
    questions::a_client_that_leaves_answers_with_an_error,
    questions::only_the_connection_that_was_asked_may_answer,
    questions::a_question_can_be_given_up,
    groups::connections_are_ended_wherever_they_are,
    groups::connections_are_counted,
}

/// Makes every check with a fleet of its own.
///
/// # Panics
/// The backend fails a check; the message names all that failed.
pub async fn check<F, Making>(mut make: F)
where
    F: FnMut() -> Making,
    Making: Future<Output = Fleet>,
{
    let mut failed = Vec::new();
    for (name, check) in CHECKS {
        let fleet = make().await;
        let checking =
            AssertUnwindSafe(tokio::time::timeout(Duration::from_secs(60), check(fleet)));
        match checking.catch_unwind().await {
            Ok(Ok(())) => tracing::debug!(name, "holds"),
            Ok(Err(_)) => failed.push(format!("{name}: it takes too long")),
            Err(panic) => {
                let text = panic
                    .downcast_ref::<String>()
                    .map(String::as_str)
                    .or_else(|| panic.downcast_ref::<&str>().copied());
                failed.push(format!("{name}: {}", text.unwrap_or("panic")));
            }
        }
    }
    assert!(
        failed.is_empty(),
        "{} of {} checks failed:\n{}",
        failed.len(),
        CHECKS.len(),
        failed.join("\n")
    );
}

impl Fleet {
    /// A fleet of these servers.
    ///
    /// # Panics
    /// There are none.
    #[must_use]
    pub fn new(servers: impl IntoIterator<Item = Arc<dyn LifetimeManager>>) -> Self {
        let servers: Vec<_> = servers.into_iter().collect();
        assert!(!servers.is_empty(), "a fleet has at least one server");
        Self { servers }
    }

    /// The servers.
    #[must_use]
    pub fn servers(&self) -> &[Arc<dyn LifetimeManager>] {
        &self.servers
    }

    /// One server; there are always enough, if need be the same again.
    #[must_use]
    pub fn server(&self, index: usize) -> &Arc<dyn LifetimeManager> {
        &self.servers[index % self.servers.len()]
    }

    /// Sends `target(text)` through a server.
    ///
    /// # Errors
    /// The backend's.
    pub async fn try_send(
        &self,
        server: usize,
        to: Recipients,
        target: &str,
        text: &str,
    ) -> Result<(), SendError> {
        let server = self.server(server);
        let message = EncodedMessage::invocation(server.protocols(&to), None, target, &[&text])?;
        server.send(to, message).await
    }

    /// Sends `Note(text)` through a server.
    ///
    /// # Panics
    /// It fails.
    pub async fn send(&self, server: usize, to: Recipients, text: &str) {
        self.try_send(server, to, "Note", text)
            .await
            .unwrap_or_else(|error| panic!("sending {text}: {error}"));
    }

    /// A client of one of the servers, in one of the protocols.
    pub(super) async fn client(&self, server: usize, id: &str) -> TestClient {
        TestClient::connect(self.server(server), id, None, protocol(server)).await
    }

    pub(super) async fn user(&self, server: usize, id: &str, user: &str) -> TestClient {
        TestClient::connect(self.server(server), id, Some(user), protocol(server)).await
    }

    /// A client of each server in each protocol.
    pub(super) async fn clients(&self) -> Vec<TestClient> {
        let mut clients = Vec::new();
        for (server, lifetime) in self.servers.iter().enumerate() {
            for &protocol in crate::protocol::HubProtocol::ALL {
                let id = format!("{server}-{}", protocol.name());
                clients.push(TestClient::connect(lifetime, &id, None, protocol).await);
            }
        }
        clients
    }

    /// Checks that these and no other messages have reached a client from `server`.
    pub(super) async fn expect(&self, server: usize, client: &mut TestClient, notes: &[&str]) {
        // What comes behind this has been sent by somebody else.
        self.send(server, to_one(client.id()), "(end)").await;
        let mut received = Vec::new();
        loop {
            let note = client.next().await;
            if note == "Note(\"(end)\")" {
                break;
            }
            received.push(note);
        }
        let expected: Vec<_> = notes.iter().map(|note| format!("Note({note:?})")).collect();
        assert_eq!(received, expected, "at {}", client.id());
    }
}

/// Servers take turns in what their clients speak.
fn protocol(server: usize) -> crate::protocol::HubProtocol {
    let all = crate::protocol::HubProtocol::ALL;
    all[server % all.len()]
}

fn to_one(id: &str) -> Recipients {
    Recipients::Connection(id.into())
}

fn names<const N: usize>(names: [&str; N]) -> Arc<[Box<str>]> {
    names.map(Into::into).into()
}

impl fmt::Debug for Fleet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fleet")
            .field("servers", &self.servers.len())
            .finish()
    }
}
