//! A connection of a vector, over any transport.

use serde::Deserialize;
use tokio_util::task::AbortOnDropHandle;

use super::address::Address;
use super::event_stream;
use super::failure::Failure;
use super::http::request;
use super::inbox::{Arrival, Inbox, Intake, inbox};
use super::link::Link;
use super::polling;
use super::step::WAIT;
use super::vector::{ConnectionSpec, Transport};
use super::websocket;

/// An open connection: what arrives is in the inbox, read by a task that ends with the connection.
pub(super) struct Connection {
    pub(super) inbox: Inbox,
    pub(super) ids: Option<Ids>,
    outlet: Option<Outlet>,
    reader: Option<AbortOnDropHandle<()>>,
}

/// What a negotiation gave.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Ids {
    #[serde(rename = "connectionId")]
    pub(super) id: String,
    #[serde(rename = "connectionToken")]
    token: Option<String>,
}

/// How messages are sent.
enum Outlet {
    Socket(websocket::Sender),
    Posts(Link),
}

impl Ids {
    /// What later requests are made with.
    pub(super) fn token(&self) -> &str {
        self.token.as_deref().unwrap_or(&self.id)
    }
}

impl Connection {
    /// Negotiates, opens the transport and shakes hands, as far as the specification wants it.
    pub(super) async fn open(to: &Address, spec: &ConnectionSpec) -> Result<Self, Failure> {
        let ids = if spec.negotiates() {
            Some(negotiate(to, spec).await?)
        } else {
            None
        };
        let id = ids.as_ref().map(|ids| ("id", ids.token()));
        let path = spec.address("", id.as_slice());
        let link = Link {
            to: to.clone(),
            path,
            headers: spec.headers.clone(),
        };
        let (intake, inbox) = inbox(spec.raw);
        let (outlet, reader) = match spec.transport {
            Transport::WebSocket => open_socket(&link, spec, intake).await?,
            Transport::EventStream => open_events(link, intake).await?,
            Transport::Polling => open_polls(link, intake).await?,
        };
        let mut connection = Self {
            inbox,
            ids,
            outlet: Some(outlet),
            reader: Some(reader),
        };
        if let Some(handshake) = spec.handshake() {
            connection.shake_hands(handshake).await?;
        }
        Ok(connection)
    }

    async fn shake_hands(&mut self, request: String) -> Result<(), Failure> {
        self.send(vec![request.into()], false, false).await?;
        match self.inbox.message(WAIT, false).await {
            Arrival::Text { text, .. } if text == "{}" => Ok(()),
            other => Err(Failure::differs("the handshake answered {}", other)),
        }
    }

    /// Sends each text as a frame, or a POST, of its own; answers the last status, 200 for a WebSocket.
    pub(super) async fn send(
        &mut self,
        parts: Vec<Vec<u8>>,
        binary: bool,
        fragments: bool,
    ) -> Result<u16, Failure> {
        let mut status = 200;
        match &mut self.outlet {
            Some(Outlet::Socket(socket)) => socket.send(parts, binary, fragments).await,
            Some(Outlet::Posts(link)) => {
                let mut headers = link.headers.clone();
                headers.insert("Content-Type".into(), "text/plain;charset=UTF-8".into());
                for part in parts {
                    let mut response =
                        request(&link.to, "POST", &link.path, &headers, part).await?;
                    response.text().await?;
                    status = response.status;
                }
            }
            None => {}
        }
        Ok(status)
    }

    /// Starts the closing handshake of a WebSocket.
    pub(super) async fn close(&mut self, code: Option<u16>) {
        if let Some(Outlet::Socket(socket)) = &mut self.outlet {
            socket.close(code).await;
        }
    }

    /// Drops the socket, without any goodbye. Only with both halves gone it is closed.
    pub(super) async fn drop_socket(&mut self) {
        self.outlet = None;
        if let Some(reader) = self.reader.take() {
            reader.abort();
            let _ = reader.await;
        }
    }
}

async fn negotiate(to: &Address, spec: &ConnectionSpec) -> Result<Ids, Failure> {
    let version = spec.version.to_string();
    let mut query = vec![("negotiateVersion", version.as_str())];
    if spec.stateful {
        query.push(("useStatefulReconnect", "true"));
    }
    let mut response = request(
        to,
        "POST",
        &spec.address("/negotiate", &query),
        &spec.headers,
        "",
    )
    .await?;
    let body = response.text().await?;
    if response.status == 200
        && let Ok(ids) = serde_json::from_str(&body)
    {
        return Ok(ids);
    }
    Err(Failure::differs(
        "ids from negotiate",
        format!("{} {body}", response.status),
    ))
}

type Opened = (Outlet, AbortOnDropHandle<()>);

async fn open_socket(
    link: &Link,
    spec: &ConnectionSpec,
    intake: Intake,
) -> Result<Opened, Failure> {
    let (sender, receiver) = websocket::open(&link.to, spec, &link.path).await?;
    let reader = tokio::spawn(websocket::read(receiver, intake));
    Ok((Outlet::Socket(sender), AbortOnDropHandle::new(reader)))
}

async fn open_events(link: Link, intake: Intake) -> Result<Opened, Failure> {
    let mut headers = link.headers.clone();
    headers.insert("Accept".into(), "text/event-stream".into());
    let response = request(&link.to, "GET", &link.path, &headers, "").await?;
    if response.status != 200 {
        return Err(Failure::differs("an event stream", response.status));
    }
    let reader = tokio::spawn(event_stream::read(response, intake));
    Ok((Outlet::Posts(link), AbortOnDropHandle::new(reader)))
}

async fn open_polls(link: Link, intake: Intake) -> Result<Opened, Failure> {
    let (response, text) = polling::poll(&link).await?;
    if response.status != 200 || !text.is_empty() {
        return Err(Failure::differs(
            "the first poll answered 200 and empty",
            format!("{} {text}", response.status),
        ));
    }
    let reader = tokio::spawn(polling::read(link.clone(), intake));
    Ok((Outlet::Posts(link), AbortOnDropHandle::new(reader)))
}
