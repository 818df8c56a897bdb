use std::sync::Arc;

use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;

use super::connect::{Problem, named, offered, open_to_all};
use super::connection::{HttpConnection, Refusal};
use super::new_id;
use super::routes::Endpoint;
use super::upgrade::{Upgrade, words};
use crate::server::EndpointOptions;
use crate::server::Principal;
use crate::server::authorize::Authentication;
use crate::server::handover::{Claim, Unclaimed};
use crate::server::metrics::TimedOut;
use crate::server::request::ConnectionRequest;
use crate::server::serve::Arrival;
use crate::transport::preceded::Preceded;
use crate::transport::websocket::WebSocket;
use crate::transport::{Transport, TransportKind};

/// Answers an upgrade; without a token it opens a connection that was never negotiated.
pub(super) async fn open(
    endpoint: &Arc<Endpoint>,
    upgrade: Upgrade,
    request: Request,
    token: Option<String>,
) -> Result<Response, Problem> {
    open_to_all(endpoint)?;
    let negotiated = token
        .as_deref()
        .map(|token| named(endpoint, Some(token)))
        .transpose()?;
    offered(endpoint, TransportKind::WebSockets)?;
    let purpose = match &negotiated {
        None => Purpose::Serve,
        Some(connection) => {
            let carried = connection.carry(TransportKind::WebSockets);
            let principal = request.extensions().get::<Principal>();
            let authentication = connection.authentication();
            match (carried, connection.handover()) {
                (Ok(()), _) => {
                    authentication.begin(principal);
                    Purpose::Serve
                }
                (Err(Refusal::AlreadyActive), Some(handover)) => {
                    let turn = authentication.turn();
                    let claim = handover.claim().await?;
                    authentication.prolong(turn, principal);
                    Purpose::Resume(claim)
                }
                (Err(refusal), _) => return Err(refusal.into()),
            }
        }
    };
    let response = upgrade.response(sub_protocol(&endpoint.options, request.headers()));
    let request = ConnectionRequest::new(request.into_parts().0);
    let opening = Opening {
        endpoint: Arc::clone(endpoint),
        upgrade,
        token,
    };
    match purpose {
        Purpose::Serve => tokio::spawn(opening.serve(request, negotiated)),
        Purpose::Resume(claim) => tokio::spawn(opening.resume(claim)),
    };
    Ok(response)
}

/// What a WebSocket is for.
enum Purpose {
    /// A connection begins.
    Serve,
    /// A connection goes on.
    Resume(Claim),
}

/// A WebSocket whose upgrade is under way.
struct Opening {
    endpoint: Arc<Endpoint>,
    upgrade: Upgrade,
    token: Option<String>,
}

impl Opening {
    /// Serves a connection to its end. What is over before that has a box of its own, so that it takes
    /// no place in the task any more.
    fn serve(
        self,
        request: ConnectionRequest,
        negotiated: Option<Arc<HttpConnection>>,
    ) -> impl Future<Output = ()> + Send {
        let serves = Arc::clone(&self.endpoint.serves);
        let arriving = Box::pin(self.arrive(request, negotiated));
        async move {
            if let Some(arrival) = arriving.await {
                serves.serve(arrival).await;
            }
        }
    }

    async fn arrive(
        self,
        request: ConnectionRequest,
        negotiated: Option<Arc<HttpConnection>>,
    ) -> Option<Arrival> {
        let table = Arc::clone(&self.endpoint.table);
        let gone = move || {
            if let Some(token) = self.token {
                table.remove(&token);
            }
        };
        let Some(mut transport) = transport(self.upgrade).await else {
            gone();
            return None;
        };
        let posted = negotiated.as_ref().map(|known| known.take_posted());
        if let Some(posted) = posted.filter(|posted| !posted.is_empty()) {
            transport = Box::new(Preceded::new(posted, transport));
        }
        let (id, authentication, timed_out) = match &negotiated {
            Some(connection) => (
                connection.shared_id(),
                Arc::clone(connection.authentication()),
                connection.timed_out().clone(),
            ),
            None => (
                new_id().into(),
                Authentication::of(request.extensions().get()),
                TimedOut::default(),
            ),
        };
        Some(Arrival {
            id,
            authentication,
            timed_out,
            transport,
            request: Some(Arc::new(request)),
            handover: negotiated.and_then(|connection| connection.handover().cloned()),
            gone: Some(Box::new(gone)),
        })
    }

    async fn resume(self, claim: Claim) {
        if let Some(transport) = transport(self.upgrade).await {
            claim.deliver(transport);
        }
    }
}

async fn transport(upgrade: Upgrade) -> Option<Box<dyn Transport>> {
    match upgrade.finish().await {
        Ok((io, early)) => Some(Box::new(WebSocket::server(io, early))),
        Err(error) => {
            tracing::debug!(%error, "the upgrade to a WebSocket failed");
            None
        }
    }
}

impl From<Unclaimed> for Problem {
    fn from(unclaimed: Unclaimed) -> Self {
        match unclaimed {
            Unclaimed::Busy => Self::Refused(Refusal::AlreadyActive),
            Unclaimed::Gone => Self::Gone,
        }
    }
}

fn sub_protocol(options: &EndpointOptions, headers: &HeaderMap) -> Option<HeaderValue> {
    let select = options.sub_protocol_selector.as_ref()?;
    let offered: Vec<_> = words(headers, &header::SEC_WEBSOCKET_PROTOCOL).collect();
    let selected = select(&offered)?;
    let value = HeaderValue::try_from(&selected);
    if value.is_err() {
        tracing::error!(%selected, "this sub-protocol cannot be named in a header");
    }
    value.ok()
}
