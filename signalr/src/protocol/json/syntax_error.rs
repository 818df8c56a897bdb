use crate::protocol::ProtocolError;

/// The text is not JSON.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(in crate::protocol) struct SyntaxError {
    reason: &'static str,
    at: usize,
}

impl SyntaxError {
    #[cold]
    pub(super) fn new(reason: &'static str, at: usize) -> Self {
        Self { reason, at }
    }
}

impl From<SyntaxError> for ProtocolError {
    #[cold]
    fn from(error: SyntaxError) -> Self {
        Self::json_syntax(format!("{} at byte {}.", error.reason, error.at))
    }
}
