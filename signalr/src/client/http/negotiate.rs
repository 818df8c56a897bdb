use reqwest::Url;
use serde::Deserialize;

use super::requests::{Request, Requests};
use super::{NegotiateError, url};
use crate::client::ConnectRequest;

/// How often a server may send the client elsewhere.
const MAX_REDIRECTS: usize = 100;

/// How long an answer may be.
const ANSWER_LIMIT: usize = 1024 * 1024;

/// What client and server have agreed on.
#[derive(Debug)]
pub(super) struct Negotiation {
    /// Where the connection is: the endpoint's URL with its token.
    pub(super) url: Url,
    pub(super) connection_id: String,
    pub(super) transports: Vec<Offer>,
    pub(super) stateful_reconnect: bool,
}

/// A transport that the server offers.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Offer {
    pub(super) transport: String,
    pub(super) transfer_formats: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Answer {
    error: Option<String>,
    url: Option<String>,
    access_token: Option<String>,
    negotiate_version: Option<i64>,
    connection_id: Option<String>,
    connection_token: Option<String>,
    available_transports: Option<Vec<Offer>>,
    use_stateful_reconnect: Option<bool>,
    #[serde(rename = "ProtocolVersion")]
    protocol_version: Option<serde::de::IgnoredAny>,
}

/// Negotiates, and follows the server where it sends the client: `endpoint` and the token are then
/// those of the last server.
pub(super) async fn negotiate(
    requests: &mut Requests,
    endpoint: &mut Url,
    request: ConnectRequest,
) -> Result<Negotiation, NegotiateError> {
    for _ in 0..MAX_REDIRECTS {
        let answer = ask(requests, endpoint, request).await?;
        let Some(next) = answer.url.as_deref().filter(|url| !url.is_empty()) else {
            return agree(endpoint, answer);
        };
        let next = endpoint.join(next).ok().and_then(url::over_http);
        *endpoint = next.ok_or_else(|| malformed("its `url` makes no sense"))?;
        if let Some(token) = answer
            .access_token
            .as_deref()
            .filter(|token| !token.is_empty())
        {
            requests.tokens.give(token)?;
        }
        tracing::debug!(
            host = endpoint.host_str(),
            "the server sends the client elsewhere"
        );
    }
    Err(NegotiateError::TooManyRedirects)
}

async fn ask(
    requests: &Requests,
    endpoint: &Url,
    request: ConnectRequest,
) -> Result<Answer, NegotiateError> {
    let url = url::negotiate(endpoint, request.stateful_reconnect);
    let request = Request::new(http::Method::POST, url).body(bytes::Bytes::new());
    let response = requests.send_with_fresh_token(request).await?;
    let response = requests.successful(response).await?;
    let text = requests.text(response, ANSWER_LIMIT).await?;
    let answer: Answer =
        serde_json::from_str(&text).map_err(|error| malformed(error.to_string()))?;
    if let Some(error) = answer.error {
        return Err(NegotiateError::Refused(error));
    }
    if answer.protocol_version.is_some() {
        return Err(NegotiateError::AspNetSignalR);
    }
    Ok(answer)
}

fn agree(endpoint: &Url, answer: Answer) -> Result<Negotiation, NegotiateError> {
    let missing = |property: &str| malformed(format!("`{property}` is missing"));
    let connection_id = answer
        .connection_id
        .ok_or_else(|| missing("connectionId"))?;
    let token = match answer.negotiate_version.unwrap_or_default() {
        ..=0 => connection_id.clone(),
        _ => answer
            .connection_token
            .ok_or_else(|| missing("connectionToken"))?,
    };
    Ok(Negotiation {
        url: url::connection(endpoint, &token),
        connection_id,
        transports: answer
            .available_transports
            .ok_or_else(|| missing("availableTransports"))?,
        stateful_reconnect: answer.use_stateful_reconnect.unwrap_or_default(),
    })
}

fn malformed(what: impl Into<String>) -> NegotiateError {
    NegotiateError::Malformed(what.into())
}
