use std::future::poll_fn;
use std::sync::Arc;

use tokio::time::timeout;

use super::resume::Resume;
use super::service::close_link;
use crate::connection::{HandshakeFault, Link, Outbound, read_handshake};
use crate::protocol::{
    HandshakeRequest, HubProtocol, ProtocolError, parse_request, write_response,
};
use crate::server::{EndpointOptions, HubOptions};

/// What a handshake agreed to.
#[derive(Clone, Copy)]
pub(super) struct Agreed {
    pub(super) protocol: HubProtocol,
    /// The version that the client asked for.
    pub(super) version: i32,
}

/// Reads the handshake and answers it. `None`: it was refused, and the transport is closed.
pub(super) async fn shake_hands(
    link: &mut Link,
    resume: &mut Option<Resume>,
    outbound: &Arc<Outbound>,
    options: &HubOptions,
    endpoint: &EndpointOptions,
) -> Option<Agreed> {
    let request = read_handshake(
        link,
        options.maximum_receive_message_size,
        parse_request,
        |link, cx| match resume {
            None => link.poll_fill(cx),
            Some(resume) => resume.poll_fill(cx, link, outbound),
        },
    );
    let agreed = match timeout(options.handshake_timeout, request).await {
        Err(_) | Ok(Err(HandshakeFault::TooLarge(_))) => {
            Err(Some("Handshake was canceled.".to_owned()))
        }
        Ok(Err(HandshakeFault::Gone(_))) => Err(None),
        Ok(Err(HandshakeFault::Malformed(error))) => Err(Some(malformed(&error, options))),
        Ok(Ok(request)) => agree(&request, link, options).map_err(Some),
    };
    // The answer already goes out in the format of the protocol it agrees to.
    let protocol = match &agreed {
        Ok(agreed) => agreed.protocol,
        Err(_) => HubProtocol::Json,
    };
    let error = match &agreed {
        Ok(_) => None,
        Err(Some(text)) => {
            tracing::debug!(%text, "handshake refused");
            Some(text.as_str())
        }
        Err(None) => {
            close_link(link, endpoint.close_timeout).await;
            return None;
        }
    };
    let mut response = Vec::with_capacity(32);
    write_response(&mut response, error);
    outbound.force(&response);
    if error.is_some() {
        let flushed = poll_fn(|cx| link.poll_drain(cx, outbound, protocol));
        let _ = timeout(endpoint.transport_send_timeout, flushed).await;
        close_link(link, endpoint.close_timeout).await;
    }
    agreed.ok()
}

fn agree(request: &HandshakeRequest, link: &Link, options: &HubOptions) -> Result<Agreed, String> {
    let name = &request.protocol;
    let protocol = HubProtocol::from_name(name)
        .filter(|protocol| options.supported_protocols.contains(protocol))
        .ok_or_else(|| format!("The protocol '{name}' is not supported."))?;
    if request.version > protocol.version() {
        return Err(format!(
            "The server does not support version {} of the '{}' protocol.",
            request.version,
            protocol.name()
        ));
    }
    let format = protocol.transfer_format();
    if !link.kind().carries(format) {
        return Err(format!(
            "Cannot use the '{}' protocol on the current transport. The transport does not support '{}' transfer format.",
            protocol.name(),
            format.as_str()
        ));
    }
    Ok(Agreed {
        protocol,
        version: request.version,
    })
}

fn malformed(error: &ProtocolError, options: &HubOptions) -> String {
    let base = "An unexpected error occurred during connection handshake.";
    if options.enable_detailed_errors {
        format!("{base} {}: {error}", error.kind())
    } else {
        base.to_owned()
    }
}
