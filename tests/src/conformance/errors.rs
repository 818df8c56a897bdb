//! The errors of the hubs, named as the exceptions of the recorded server.

use signalr::HubError;

pub(super) fn invalid_operation(text: impl Into<String>) -> HubError {
    HubError::hidden(text.into()).with_kind("InvalidOperationException")
}

pub(super) fn hub_exception(text: impl Into<String>) -> HubError {
    HubError::visible(text.into())
}

pub(super) fn own_hub_exception(text: impl Into<String>) -> HubError {
    HubError::visible(text.into()).with_kind("OwnHubException")
}

pub(super) fn task_cancelled() -> HubError {
    HubError::hidden("A task was canceled.").with_kind("TaskCanceledException")
}

/// A parameter that must not be null.
pub(super) fn required(value: Option<String>, parameter: &str) -> Result<String, HubError> {
    value.ok_or_else(|| {
        let text = format!("Value cannot be null. (Parameter '{parameter}')");
        HubError::hidden(text).with_kind("ArgumentNullException")
    })
}
