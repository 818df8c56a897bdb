use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::extract::Request;
use axum::handler::HandlerWithoutStateExt;

use super::ConnectionTable;
use super::connect::connect;
use super::negotiate::negotiate;
use super::refresh::refresh;
use super::spellings;
use crate::server::attendance::Attendance;
use crate::server::authorize::{Check, Policies, PolicyContext};
use crate::server::heartbeat::Heartbeat;
use crate::server::serve::Serves;
use crate::server::{EndpointOptions, Principal, Requirement};

/// The routes of one path of a hub; `Router::merge` takes it, whatever the router's state.
///
/// As in ASP.NET Core the path matches in any case. axum's own routes do not, so a path of up to
/// six letters is registered in each spelling, a longer one in the usual ones: as written, in lower
/// case, in upper case, and with small and with large initials (`/chatHub`, `/ChatHub`).
#[must_use = "merge the routes into a router"]
pub struct HubRoutes {
    path: String,
    endpoint: Arc<Endpoint>,
}

/// One path of a hub.
pub(in crate::server) struct Endpoint {
    pub(in crate::server) serves: Arc<dyn Serves>,
    pub(in crate::server) options: Arc<EndpointOptions>,
    pub(in crate::server) policies: Arc<Policies>,
    pub(in crate::server) heartbeat: Arc<Heartbeat>,
    pub(in crate::server) table: Arc<ConnectionTable>,
    pub(in crate::server) attendance: Arc<Attendance>,
    /// Unlike that of every other endpoint.
    pub(in crate::server) key: usize,
}

/// The key of a new endpoint.
pub(in crate::server) fn new_key() -> usize {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

impl Endpoint {
    /// Begins to check what the endpoint's own options ask of a request.
    pub(super) fn check(&self, principal: Option<&Principal>) -> Check {
        let context = PolicyContext {
            principal,
            hub: self.serves.name(),
            method: None,
            arguments: None,
        };
        Requirement::check_all(&self.options.authorize, &self.policies, &context)
    }
}

impl HubRoutes {
    pub(in crate::server) fn new(path: &str, endpoint: Endpoint) -> Self {
        assert!(
            path.starts_with('/'),
            "a hub's path begins with `/`, `{path}` does not"
        );
        Self {
            path: path.trim_end_matches('/').to_owned(),
            endpoint: Arc::new(endpoint),
        }
    }

    /// The routes as a router, for `nest` or for layers of their own.
    pub fn into_router<S: Clone + Send + Sync + 'static>(self) -> Router<S> {
        let Self { path, endpoint } = self;
        // Services, because axum copies every route for each connection that it accepts, and copies
        // these several times faster than method routers.
        let connecting = HandlerWithoutStateExt::into_service({
            let endpoint = Arc::clone(&endpoint);
            move |request: Request| connect(Arc::clone(&endpoint), request)
        });
        let negotiating = HandlerWithoutStateExt::into_service({
            let endpoint = Arc::clone(&endpoint);
            move |request: Request| negotiate(Arc::clone(&endpoint), request.into_parts().0)
        });
        let refreshing = endpoint.options.enable_authentication_refresh.then(|| {
            HandlerWithoutStateExt::into_service(move |request: Request| {
                refresh(Arc::clone(&endpoint), request)
            })
        });
        let mut router = Router::new();
        for path in &spellings::usual(&path) {
            if !path.is_empty() {
                router = router.route_service(&format!("{path}/"), connecting.clone());
            }
            for last in ["negotiate/", "Negotiate", "NEGOTIATE"] {
                router = router.route_service(&format!("{path}/{last}"), negotiating.clone());
            }
            if let Some(refreshing) = &refreshing {
                for last in ["refresh/", "Refresh", "REFRESH"] {
                    router = router.route_service(&format!("{path}/{last}"), refreshing.clone());
                }
            }
        }
        for path in &spellings::all(&path) {
            let itself = if path.is_empty() { "/" } else { path };
            router = router
                .route_service(itself, connecting.clone())
                .route_service(&format!("{path}/negotiate"), negotiating.clone());
            if let Some(refreshing) = &refreshing {
                router = router.route_service(&format!("{path}/refresh"), refreshing.clone());
            }
        }
        router
    }
}

impl<S: Clone + Send + Sync + 'static> From<HubRoutes> for Router<S> {
    fn from(routes: HubRoutes) -> Self {
        routes.into_router()
    }
}

impl fmt::Debug for HubRoutes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HubRoutes")
            .field("path", &self.path)
            .field("serves", &self.endpoint.serves.name())
            .finish_non_exhaustive()
    }
}
