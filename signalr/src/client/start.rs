use std::future::poll_fn;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::{sleep, timeout};

use super::retry::{Attempts, RetryReason};
use super::session::Session;
use super::shared::Shared;
use super::{ConnectRequest, Connected, StartError};
use crate::connection::{HandshakeFault, Link, read_handshake};
use crate::protocol::{parse_response, write_request};
use crate::transport::Ending;

/// How long the other end may take to agree that the transport is closed.
pub(super) const CLOSE_TIMEOUT: Duration = Duration::from_secs(5);

/// Without stateful reconnect, clients ask for the version that every server speaks.
const HANDSHAKE_VERSION: i32 = 1;

/// How long a handshake's answer may be.
const HANDSHAKE_LIMIT: usize = 64 * 1024;

/// A transport on which both ends have agreed on a protocol.
pub(super) struct Established {
    pub(super) link: Link,
    pub(super) session: Arc<Session>,
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
    let protocol = shared.settings.protocol;
    let request = ConnectRequest {
        transfer_format: protocol.transfer_format(),
        stateful_reconnect: false,
    };
    let Connected {
        transport,
        connection_id,
        ..
    } = shared.connector.connect(request).await?;
    let mut link = Link::new(transport);
    if !link.kind().carries(protocol.transfer_format()) {
        return Err(StartError::Format(link.kind(), protocol));
    }
    let session = Arc::new(Session::new(protocol, connection_id));
    let within = shared.settings.handshake_timeout;
    let shaken = timeout(within, shake_hands(&mut link, &session)).await;
    match shaken.unwrap_or(Err(StartError::HandshakeTimeout(within))) {
        Ok(()) => Ok(Established { link, session }),
        Err(error) => {
            if matches!(error, StartError::Refused(_) | StartError::Malformed(_)) {
                let closing = poll_fn(|cx| link.poll_close(cx, Ending::Normal));
                // An end that does not agree is dropped.
                let _ = timeout(CLOSE_TIMEOUT, closing).await;
            }
            Err(error)
        }
    }
}

async fn shake_hands(link: &mut Link, session: &Session) -> Result<(), StartError> {
    let mut request = Vec::with_capacity(64);
    write_request(&mut request, session.protocol.name(), HANDSHAKE_VERSION);
    session.outbound.force(&request);
    poll_fn(|cx| link.poll_drain(cx, &session.outbound, session.protocol))
        .await
        .map_err(|error| StartError::Closed(Some(error)))?;
    match read_handshake(link, Some(HANDSHAKE_LIMIT), parse_response).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(text)) => Err(StartError::Refused(text)),
        Err(HandshakeFault::Gone(error)) => Err(StartError::Closed(error)),
        Err(HandshakeFault::TooLarge(error) | HandshakeFault::Malformed(error)) => {
            Err(StartError::Malformed(error))
        }
    }
}
