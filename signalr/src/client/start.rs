use std::future::poll_fn;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::{sleep, timeout};

use super::connector::Reattach;
use super::retry::{Attempts, RetryReason};
use super::session::Session;
use super::shared::Shared;
use super::{ConnectRequest, Connected, StartError};
use crate::connection::{HandshakeFault, Link, read_handshake};
use crate::protocol::{parse_response, write_request};
use crate::transport::Ending;

/// How long the other end may take to agree that the transport is closed.
pub(super) const CLOSE_TIMEOUT: Duration = Duration::from_secs(5);

/// The same for one that has broken the rules.
pub(super) const FAULT_TIMEOUT: Duration = Duration::from_secs(1);

/// The version that every server speaks, and the one that adds stateful reconnect.
const VERSION: i32 = 1;
const STATEFUL_VERSION: i32 = 2;

/// How long a handshake's answer may be.
const HANDSHAKE_LIMIT: usize = 64 * 1024;

/// A transport on which both ends have agreed on a protocol.
pub(super) struct Established {
    pub(super) wire: Wire,
    pub(super) session: Arc<Session>,
}

/// What carries a connection.
pub(super) struct Wire {
    pub(super) link: Link,
    /// The way back, where stateful reconnect is agreed on.
    pub(super) reattach: Option<Reattach>,
}

/// Connects, and tries again as long as the policy for starts says.
pub(super) async fn establish_with_retries(shared: &Shared) -> Result<Established, StartError> {
    let mut attempts = Attempts::begin();
    loop {
        let error = match establish(shared).await {
            Ok(established) => return Ok(established),
            Err(error) => error,
        };
        let policy = shared.policies.start.as_deref();
        let delay =
            policy.and_then(|policy| attempts.next_delay(policy, RetryReason::Failed(&error)));
        let Some(delay) = delay else {
            return Err(error);
        };
        tracing::warn!(retries = attempts.retries(), %error, ?delay, "could not start; trying again");
        sleep(delay).await;
        attempts.failed();
    }
}

/// Opens a transport and shakes hands.
pub(super) async fn establish(shared: &Shared) -> Result<Established, StartError> {
    let settings = &shared.settings;
    let protocol = settings.protocol;
    let request = ConnectRequest {
        transfer_format: protocol.transfer_format(),
        stateful_reconnect: settings.stateful_reconnect,
    };
    let Connected {
        transport,
        connection_id,
        reattach,
    } = shared.connector.connect(request).await?;
    let mut link = Link::new(transport);
    if !link.kind().carries(protocol.transfer_format()) {
        return Err(StartError::Format(link.kind(), protocol));
    }
    let session = Arc::new(Session::new(
        protocol,
        settings.maximum_send_message_size,
        connection_id,
    ));
    let reattach = reattach.filter(|_| settings.stateful_reconnect);
    let version = reattach.as_ref().map_or(VERSION, |_| STATEFUL_VERSION);
    let within = settings.handshake_timeout;
    let shaken = timeout(within, shake_hands(&mut link, &session, version)).await;
    match shaken.unwrap_or(Err(StartError::HandshakeTimeout(within))) {
        Ok(()) => {
            if reattach.is_some() {
                session
                    .outbound
                    .keep(settings.stateful_reconnect_buffer_size);
            }
            let wire = Wire { link, reattach };
            Ok(Established { wire, session })
        }
        Err(error) => {
            if matches!(error, StartError::Refused(_) | StartError::Malformed(_)) {
                let closing = poll_fn(|cx| link.poll_close(cx, Ending::Normal));
                // An end that does not agree is dropped.
                let _ = timeout(FAULT_TIMEOUT, closing).await;
            }
            Err(error)
        }
    }
}

async fn shake_hands(link: &mut Link, session: &Session, version: i32) -> Result<(), StartError> {
    let mut request = Vec::with_capacity(64);
    write_request(&mut request, session.protocol.name(), version);
    session.outbound.force(&request);
    poll_fn(|cx| link.poll_drain(cx, &session.outbound, session.protocol))
        .await
        .map_err(|error| StartError::Closed(Some(error)))?;
    match read_handshake(link, Some(HANDSHAKE_LIMIT), parse_response, Link::poll_fill).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(text)) => Err(StartError::Refused(text)),
        Err(HandshakeFault::Gone(error)) => Err(StartError::Closed(error)),
        Err(HandshakeFault::TooLarge(error) | HandshakeFault::Malformed(error)) => {
            Err(StartError::Malformed(error))
        }
    }
}
