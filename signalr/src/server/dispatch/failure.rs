use super::CallState;
use crate::error::HubError;
use crate::protocol::EncodeError;

/// Why a call was answered with an error, or not at all.
#[derive(Debug)]
pub enum CallFailure {
    /// The method failed.
    Method(HubError),
    /// The stream failed after it began.
    Stream(HubError),
    /// The caller may not.
    Unauthorized,
}

impl CallFailure {
    pub(in crate::server) async fn answer(self, state: &CallState) {
        match self {
            Self::Method(error) => state.fail(&error).await,
            Self::Stream(error) => state.fail_stream(&error).await,
            Self::Unauthorized => {
                tracing::debug!(method = state.method(), "caller is not authorized");
                state
                    .fail_with(&format!(
                        "Failed to invoke '{}' because user is unauthorized",
                        state.method()
                    ))
                    .await;
            }
        }
    }
}

impl From<HubError> for CallFailure {
    fn from(error: HubError) -> Self {
        Self::Method(error)
    }
}

pub(super) fn unencodable(error: EncodeError) -> HubError {
    HubError::hidden(error).with_kind("JsonException")
}
