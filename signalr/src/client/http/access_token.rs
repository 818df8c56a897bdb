use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex};

use http::HeaderValue;

use super::{BoxError, RequestError};
use crate::connection::lock;

/// Gives the access token that a connection's requests carry.
///
/// A function that returns a future of text is a provider:
/// `|| async { fetch_token().await }`. It may also give an `Option` (`None`: no token), or a
/// `Result` with any error.
pub trait AccessTokenProvider: Send + Sync + 'static {
    /// Fetches a token. Called for every negotiation and every WebSocket, and when the server
    /// answers 401 to another request; other requests use the last one.
    fn access_token(&self) -> TokenFuture<'_>;
}

/// An access token being fetched.
pub type TokenFuture<'a> =
    Pin<Box<dyn Future<Output = Result<Option<String>, BoxError>> + Send + 'a>>;

impl<F, Fetching> AccessTokenProvider for F
where
    F: Fn() -> Fetching + Send + Sync + 'static,
    Fetching: Future<Output: IntoAccessToken> + Send + 'static,
{
    fn access_token(&self) -> TokenFuture<'_> {
        let fetching = self();
        Box::pin(async { fetching.await.into_access_token() })
    }
}

/// What a function may give as an access token.
pub trait IntoAccessToken {
    /// The token, if there is one.
    ///
    /// # Errors
    /// It could not be fetched.
    fn into_access_token(self) -> Result<Option<String>, BoxError>;
}

impl IntoAccessToken for String {
    fn into_access_token(self) -> Result<Option<String>, BoxError> {
        Ok(Some(self))
    }
}

impl IntoAccessToken for &str {
    fn into_access_token(self) -> Result<Option<String>, BoxError> {
        Ok(Some(self.to_owned()))
    }
}

impl<T: IntoAccessToken> IntoAccessToken for Option<T> {
    fn into_access_token(self) -> Result<Option<String>, BoxError> {
        self.map_or(Ok(None), T::into_access_token)
    }
}

impl<T: IntoAccessToken, E: Into<BoxError>> IntoAccessToken for Result<T, E> {
    fn into_access_token(self) -> Result<Option<String>, BoxError> {
        self.map_err(Into::into)?.into_access_token()
    }
}

/// The access token of one connection: where it comes from, and the last one.
pub(super) struct Tokens {
    provider: Option<Arc<dyn AccessTokenProvider>>,
    last: Mutex<Option<HeaderValue>>,
    /// The last one came with a redirect and is never fetched again.
    is_given: bool,
}

impl Tokens {
    pub(super) fn new(provider: Option<Arc<dyn AccessTokenProvider>>) -> Self {
        Self {
            provider,
            last: Mutex::default(),
            is_given: false,
        }
    }

    /// Uses this token from now on, whatever the provider says.
    pub(super) fn give(&mut self, token: &str) -> Result<(), RequestError> {
        *lock(&self.last) = bearer(token)?;
        self.is_given = true;
        Ok(())
    }

    /// The `Authorization` header, fetched anew where that is possible.
    pub(super) async fn fresh(&self) -> Result<Option<HeaderValue>, RequestError> {
        let Some(provider) = self.provider.as_ref().filter(|_| !self.is_given) else {
            return Ok(self.last());
        };
        let token = provider.access_token().await;
        let header = bearer(
            &token
                .map_err(RequestError::AccessToken)?
                .unwrap_or_default(),
        )?;
        lock(&self.last).clone_from(&header);
        Ok(header)
    }

    /// The last `Authorization` header.
    pub(super) fn last(&self) -> Option<HeaderValue> {
        lock(&self.last).clone()
    }

    /// Whether another token may be had than the last one.
    pub(super) fn can_refresh(&self) -> bool {
        self.provider.is_some() && !self.is_given
    }
}

/// The header that carries a token; none for an empty token.
fn bearer(token: &str) -> Result<Option<HeaderValue>, RequestError> {
    if token.is_empty() {
        return Ok(None);
    }
    let mut header = HeaderValue::try_from(format!("Bearer {token}")).map_err(|_| {
        RequestError::AccessToken("the access token has characters that no header carries".into())
    })?;
    // Kept out of logs.
    header.set_sensitive(true);
    Ok(Some(header))
}

impl fmt::Debug for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Tokens")
    }
}
