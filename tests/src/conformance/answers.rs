//! Clients' answers as text.

use std::time::Duration;

use signalr::ClientResultError;
use tokio::time::timeout;

use super::dotnet;

/// The error as the recorded server's hub prints an exception.
pub(super) fn caught(error: &ClientResultError) -> String {
    format!("{}: {error}", error.kind())
}

pub(super) fn or_caught(answer: Result<dotnet::String, ClientResultError>) -> Option<String> {
    answer.map_or_else(|error| Some(caught(&error)), |dotnet::String(text)| text)
}

/// The answer, if it comes in time.
pub(super) async fn within(
    millis: i32,
    answer: impl Future<Output = Result<dotnet::String, ClientResultError>>,
) -> Option<String> {
    let limit = Duration::from_millis(millis.try_into().unwrap_or_default());
    match timeout(limit, answer).await {
        Ok(answer) => or_caught(answer),
        Err(_) => Some("HubException: Invocation canceled by the server.".into()),
    }
}
