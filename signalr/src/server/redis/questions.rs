//! Questions to clients of other servers.

use std::sync::Arc;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;

use super::error::BackplaneError;
use super::lifetime::RedisLifetime;
use super::payload::{BusInvocation, ReturnTo};
use crate::error::ClientResultError;
use crate::server::lifetime::{EncodedMessage, RawAnswer};

/// How often it is looked up whether the client's server still lives.
const LOOK: Duration = Duration::from_secs(5);

/// 22 characters, as the reference makes them of a GUID.
pub(super) fn new_id() -> String {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).expect("the operating system gives random numbers");
    STANDARD_NO_PAD.encode(bytes)
}

fn failed(error: BackplaneError) -> ClientResultError {
    ClientResultError::Backend(Box::new(error))
}

impl RedisLifetime {
    pub(super) async fn ask_elsewhere(
        &self,
        connection_id: Arc<str>,
        question_id: String,
        message: EncodedMessage,
    ) -> Result<RawAnswer, ClientResultError> {
        self.link().ready().await;
        let mut answer = self
            .answers()
            .wait(&question_id, Arc::clone(&connection_id));
        let return_to = ReturnTo {
            invocation_id: question_id.into(),
            channel: self.names().return_address().into(),
        };
        let payload = BusInvocation::write(&[], &message, Some(&return_to));
        let channel = self.names().connection(&connection_id);
        let posted = self
            .link()
            .post(Arc::clone(&channel), payload)
            .await
            .map_err(failed)?;
        let lost = posted.lost.clone();
        if posted.accepted().await.map_err(failed)? < 1 {
            return Err(ClientResultError::UnknownConnection(
                connection_id.to_string(),
            ));
        }
        loop {
            tokio::select! {
                biased;
                answer = answer.received() => {
                    return answer.ok_or_else(|| failed(BackplaneError::Lost));
                }
                // The answer may have gone where nobody listened.
                () = lost.cancelled() => return Err(failed(BackplaneError::Lost)),
                () = tokio::time::sleep(LOOK) => {}
            }
            // A client that leaves is reported by its server; a server that dies is not.
            if self.link().subscribers(&channel).await == Some(0) {
                return Err(ClientResultError::Disconnected(connection_id.to_string()));
            }
        }
    }
}
