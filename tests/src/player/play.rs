//! Plays one vector.

use std::collections::HashMap;
use std::time::Duration;

use tokio::time::{sleep, timeout};

use super::address::Address;
use super::connection::Connection;
use super::failure::{Failure, VectorFailure};
use super::inbox::Arrival;
use super::json::parsed;
use super::names::Names;
use super::step::{Act, Action, Step, WAIT};
use super::steps::http::Requests;
use super::steps::{closed, expect, send, silence, text};
use super::vector::Vector;

/// After the last step, nothing more may arrive within this time.
const DRAIN: Duration = Duration::from_millis(60);
/// No vector takes longer.
const LIMIT: Duration = Duration::from_secs(60);

/// Plays the vector against the server.
pub(super) async fn play(to: &Address, vector: &Vector) -> Result<(), VectorFailure> {
    let mut play = Play {
        to,
        vector,
        names: Names::default(),
        connections: HashMap::new(),
        requests: Requests::default(),
    };
    match timeout(LIMIT, play.all()).await {
        Ok(result) => result,
        Err(_) => Err(Failure::broken("took too long").into()),
    }
}

/// A vector being played.
struct Play<'v> {
    to: &'v Address,
    vector: &'v Vector,
    names: Names,
    connections: HashMap<&'v str, Connection>,
    requests: Requests,
}

impl<'v> Play<'v> {
    async fn all(&mut self) -> Result<(), VectorFailure> {
        for (name, spec) in &self.vector.connections {
            if !spec.lazy {
                self.connect(name).await?;
            }
        }
        for (at, step) in self.vector.steps.iter().enumerate() {
            let done = self.step(step).await;
            done.map_err(|failure| VectorFailure {
                step: Some((at + 1, step.text.clone())),
                failure,
            })?;
        }
        sleep(DRAIN).await;
        for (name, connection) in &mut self.connections {
            if let Arrival::Text { text, .. } =
                connection.inbox.message(Duration::ZERO, false).await
            {
                return Err(Failure::differs(format!("nothing more for '{name}'"), text).into());
            }
        }
        Ok(())
    }

    async fn step(&mut self, step: &'v Step) -> Result<(), Failure> {
        match &step.action {
            Action::Sleep(during) => {
                sleep(*during).await;
                Ok(())
            }
            Action::Request { request, then } => {
                self.requests
                    .start(self.to, request, then, step.wait, &mut self.names)
                    .await
            }
            Action::Finish { name, expected } => {
                self.requests
                    .finish(name, expected, step.wait, &mut self.names)
                    .await
            }
            Action::Body { name, text, ended } => {
                self.requests
                    .body(name, &self.names.fill(text), *ended, step.wait)
                    .await
            }
            Action::On {
                name,
                act: Act::Open,
            } => self.connect(name).await,
            Action::On { name, act } => {
                let missing = || Failure::broken(format!("'{name}' is not open"));
                let connection = self
                    .connections
                    .get_mut(name.as_str())
                    .ok_or_else(missing)?;
                on(connection, act, step.wait, &mut self.names).await
            }
        }
    }

    async fn connect(&mut self, name: &'v str) -> Result<(), Failure> {
        let spec = self
            .vector
            .connections
            .iter()
            .find(|(other, _)| other == name);
        let (_, spec) = spec.ok_or_else(|| Failure::broken(format!("no connection '{name}'")))?;
        let spec = spec.filled(&self.names);
        let opened = match timeout(2 * WAIT, Connection::open(self.to, &spec)).await {
            Ok(opened) => opened,
            Err(_) => Err(Failure::broken("no answer in time")),
        };
        let mut connection =
            opened.map_err(|failure| Failure::broken(format!("opening '{name}': {failure}")))?;
        if let Some(ids) = &connection.ids {
            self.names.set(format!("{name}.id"), &ids.id);
            self.names.set(format!("{name}.token"), ids.token());
        }
        if spec.identify {
            self.names
                .set(format!("{name}.id"), identify(&mut connection).await?);
        }
        self.connections.insert(name, connection);
        Ok(())
    }
}

/// Asks the hub for the connection's id.
async fn identify(connection: &mut Connection) -> Result<String, Failure> {
    const CALL: &str =
        "{\"type\":1,\"invocationId\":\"who\",\"target\":\"ConnectionId\",\"arguments\":[]}\u{1e}";
    connection.send(vec![CALL.into()], false, false).await?;
    let arrival = connection.inbox.message(WAIT, false).await;
    let id = match &arrival {
        Arrival::Text { text, .. } => parsed(text)["result"].as_str().map(str::to_owned),
        _ => None,
    };
    id.ok_or_else(|| Failure::differs("the connection's id", arrival))
}

async fn on(
    connection: &mut Connection,
    act: &Act,
    wait: Duration,
    names: &mut Names,
) -> Result<(), Failure> {
    match act {
        Act::Open => Ok(()),
        Act::Send(sending) => send(connection, sending, names).await,
        Act::Drop => {
            connection.drop_socket().await;
            Ok(())
        }
        Act::Close(code) => {
            connection.close(*code).await;
            Ok(())
        }
        Act::Expect {
            messages,
            unordered,
            pings,
        } => {
            let inbox = &mut connection.inbox;
            if *unordered {
                expect::in_any_order(inbox, messages, *pings, wait, names).await
            } else {
                expect::in_order(inbox, messages, *pings, wait, names).await
            }
        }
        Act::Silence { during, pings } => silence(&mut connection.inbox, *during, *pings).await,
        Act::Closed { ends, maybe } => {
            closed(&mut connection.inbox, ends, maybe, wait, names).await
        }
        Act::Text {
            text: wanted,
            opcode,
        } => text(&mut connection.inbox, wanted, *opcode, wait).await,
    }
}
