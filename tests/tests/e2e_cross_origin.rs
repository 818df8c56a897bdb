//! A hub of another origin than the page that uses it, in Chromium.

mod e2e_support;

use std::net::Ipv4Addr;

use axum::Router;
use axum::extract::Request;
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE};
use axum::http::{HeaderName, Method};
use axum::middleware::map_request;
use axum::response::Html;
use axum::routing::get;
use e2e_support::{Needs, folder, run, tools};
use signalr::{CallerContext, EndpointOptions, Principal, SignalR, hub};
use tokio::net::TcpListener;
use tower_http::cors::CorsLayer;

struct Visits;

#[hub(authorize())]
impl Visits {
    /// The user, and the cookies that came with the connection.
    pub fn visitor(&self, cx: &CallerContext<Self>) -> (Option<String>, Option<String>) {
        let cookies = cx.http().and_then(|request| request.header("cookie"));
        (cx.user_id().map(str::to_owned), cookies.map(str::to_owned))
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_pages_of_allowed_origins_reach_the_hub() {
    let Some(tools) = tools("cross-origin pages in Chromium", Needs::Browser) else {
        return;
    };
    let (page, other) = (serve(page()).await, serve(page()).await);
    let hub = serve(hub(&page)).await;
    let servers = [
        ("PAGE_URL", page),
        ("OTHER_PAGE_URL", other),
        ("HUB_URL", hub),
    ];
    run(tools, "cross-origin", &servers).await;
}

/// A page with nothing but the client's scripts.
fn page() -> Router {
    let scripts = [
        "signalr/dist/browser/signalr.js",
        "signalr-protocol-msgpack/dist/browser/signalr-protocol-msgpack.js",
    ];
    let mut router = Router::new();
    let mut page = "<!doctype html><title>Page</title>".to_owned();
    for script in scripts {
        let file = folder().join("node_modules/@microsoft").join(script);
        let text = std::fs::read_to_string(file).expect("the installed script");
        let path = format!("/{script}");
        page += &format!("<script src=\"{path}\"></script>");
        router = router.route(&path, get(([(CONTENT_TYPE, "text/javascript")], text)));
    }
    router.route("/", get(Html(page)))
}

/// A guarded hub, and one that relies on CORS alone.
fn hub(page: &str) -> Router {
    let signalr = SignalR::builder()
        .hub::<Visits>(|_| Ok(Visits), |_| {})
        .build()
        .expect("complete");
    let guarded = EndpointOptions::default().allowed_origins([page]);
    let headers = [
        "authorization",
        "content-type",
        "x-requested-with",
        "x-signalr-user-agent",
    ];
    let cors = CorsLayer::new()
        .allow_origin([page.parse().expect("an origin")])
        .allow_methods([Method::GET, Method::POST, Method::DELETE])
        .allow_headers(headers.map(HeaderName::from_static))
        .allow_credentials(true);
    Router::new()
        .merge(signalr.map_with::<Visits>("/guarded", guarded))
        .merge(signalr.map::<Visits>("/unguarded"))
        .layer(map_request(authenticate))
        .layer(cors)
}

/// The token is the user's name. Browsers cannot give WebSockets and event streams a header.
async fn authenticate(mut request: Request) -> Request {
    let bearer = request.headers().get(AUTHORIZATION);
    let bearer = bearer.and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
    let query = request.uri().query().unwrap_or_default();
    let token = bearer.map(str::to_owned).or_else(|| {
        url::form_urlencoded::parse(query.as_bytes())
            .find(|(name, _)| name == "access_token")
            .map(|(_, token)| token.into_owned())
    });
    if let Some(name) = token {
        request.extensions_mut().insert(Principal::new(name));
    }
    request
}

async fn serve(router: Router) -> String {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .await
        .expect("a free port");
    let address = listener.local_addr().expect("a bound listener");
    tokio::spawn(async move {
        axum::serve(listener, router)
            .await
            .expect("a server without end");
    });
    format!("http://{address}")
}
