use std::fmt;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use futures_util::FutureExt;

use super::authentication::Turn;
use super::policy::Decision;
use super::{Authentication, Principal};
use crate::server::request::ConnectionRequest;

/// A user who has proved again who it is, on a connection that lives:
/// `AuthenticationRefreshContext` of ASP.NET Core.
#[derive(Debug)]
#[non_exhaustive]
pub struct AuthenticationRefresh {
    /// The connection's id.
    pub connection_id: Arc<str>,
    /// The request that brought the new principal.
    pub request: ConnectionRequest,
    /// The user as it has been until now.
    pub previous: Option<Principal>,
    /// The same user, as the request proves it; [`expires`](Principal::expires) says until when.
    pub principal: Principal,
}

/// Says whether a connection may go on with a new principal.
#[derive(Clone)]
pub(in crate::server) struct RefreshCheck(
    Arc<dyn Fn(AuthenticationRefresh) -> Decision + Send + Sync>,
);

/// What became of a refresh.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::server) enum Refreshed {
    Done,
    /// The application, or the rule that a connection keeps its user, said no.
    Rejected,
    /// The application's check panicked.
    Failed,
}

impl RefreshCheck {
    pub(in crate::server) fn new<F, Deciding>(check: F) -> Self
    where
        F: Fn(AuthenticationRefresh) -> Deciding + Send + Sync + 'static,
        Deciding: Future<Output = bool> + Send + 'static,
    {
        Self(Arc::new(move |refresh| Box::pin(check(refresh))))
    }
}

impl Authentication {
    /// Replaces the principal if the application agrees.
    pub(in crate::server) async fn refresh(
        &self,
        turn: Turn,
        check: Option<&RefreshCheck>,
        refresh: AuthenticationRefresh,
    ) -> Refreshed {
        let AuthenticationRefresh {
            connection_id,
            previous,
            principal,
            ..
        } = &refresh;
        let (connection, principal) = (Arc::clone(connection_id), principal.clone());
        // Whom `Clients.User` addresses is decided when a connection begins.
        if previous.as_ref().and_then(Principal::id) != principal.id() {
            tracing::warn!(
                %connection,
                "a refresh of authentication was refused: it is of another user"
            );
            return Refreshed::Rejected;
        }
        if let Some(RefreshCheck(check)) = check {
            let decided = AssertUnwindSafe(async move { check(refresh).await })
                .catch_unwind()
                .await;
            match decided {
                Ok(true) => {}
                Ok(false) => {
                    tracing::debug!(%connection, "the application refused a refresh of authentication");
                    return Refreshed::Rejected;
                }
                Err(_) => {
                    tracing::error!(%connection, "the check of a refresh of authentication panicked");
                    return Refreshed::Failed;
                }
            }
        }
        self.replace(turn, principal);
        Refreshed::Done
    }
}

impl fmt::Debug for RefreshCheck {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RefreshCheck").finish_non_exhaustive()
    }
}
