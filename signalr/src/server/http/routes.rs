use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::extract::Request;
use axum::routing::any;

use super::ConnectionTable;
use super::connect::connect;
use super::negotiate::negotiate;
use crate::server::authorize::{Check, Policies, PolicyContext};
use crate::server::heartbeat::Heartbeat;
use crate::server::pump::Serves;
use crate::server::{EndpointOptions, Principal, Requirement};

/// The routes of one path of a hub; `Router::merge` takes it, whatever the router's state.
///
/// As in ASP.NET Core the path matches in any case. axum's own routes do not, so a path of up to
/// eight letters is registered in each spelling, a longer one as written, in lower case, in upper
/// case and with capitals.
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
        let connecting = any({
            let endpoint = Arc::clone(&endpoint);
            move |request: Request| connect(Arc::clone(&endpoint), request)
        });
        let negotiating =
            any(move |request: Request| negotiate(Arc::clone(&endpoint), request.into_parts().0));
        spellings(&path)
            .into_iter()
            .fold(Router::new(), |router, path| {
                let router = if path.is_empty() {
                    router.route("/", connecting.clone())
                } else {
                    router
                        .route(&path, connecting.clone())
                        .route(&format!("{path}/"), connecting.clone())
                };
                ["negotiate", "Negotiate", "NEGOTIATE"]
                    .iter()
                    .fold(router, |router, last| {
                        router
                            .route(&format!("{path}/{last}"), negotiating.clone())
                            .route(&format!("{path}/{last}/"), negotiating.clone())
                    })
            })
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

/// Paths with more letters are not registered in every spelling.
const LETTERS: usize = 8;

fn spellings(path: &str) -> BTreeSet<String> {
    // The names of a path's parameters are the application's.
    if path.contains('{') {
        return BTreeSet::from([path.to_owned()]);
    }
    let letters = path.bytes().filter(u8::is_ascii_alphabetic).count();
    if letters > LETTERS {
        return BTreeSet::from([
            path.to_owned(),
            path.to_ascii_lowercase(),
            path.to_ascii_uppercase(),
            capitals(path),
        ]);
    }
    (0..1_u32 << letters)
        .map(|upper| {
            let mut letter = 0;
            path.chars()
                .map(|character| {
                    if !character.is_ascii_alphabetic() {
                        return character;
                    }
                    let is_upper = upper & (1 << letter) != 0;
                    letter += 1;
                    if is_upper {
                        character.to_ascii_uppercase()
                    } else {
                        character.to_ascii_lowercase()
                    }
                })
                .collect()
        })
        .collect()
}

fn capitals(path: &str) -> String {
    let mut at_start = true;
    path.chars()
        .map(|character| {
            let spelled = if at_start {
                character.to_ascii_uppercase()
            } else {
                character.to_ascii_lowercase()
            };
            at_start = character == '/';
            spelled
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::spellings;

    #[test]
    fn short_paths_match_in_any_case() {
        assert_eq!(spellings("/hub").len(), 8);
        assert!(spellings("/hub").contains("/hUb"));
        let long = spellings("/api/Notifications");
        for path in [
            "/api/Notifications",
            "/api/notifications",
            "/Api/Notifications",
        ] {
            assert!(long.contains(path), "{path}");
        }
        assert_eq!(spellings("/{tenant}/hub").len(), 1);
    }
}
