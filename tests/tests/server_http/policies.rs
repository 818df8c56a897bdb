//! What policies see, and what becomes of what they say.

use axum::http::StatusCode;
use serde_json::json;
use signalr::{Principal, SignalR, hub};
use tokio::sync::mpsc;

use super::account::{Poller, user};
use super::web::Web;

struct Vault;

#[hub(authorize(policy = "known"))]
impl Vault {
    #[authorize(policy = "owner")]
    pub fn open(&self, drawer: String, count: u32) -> String {
        format!("{drawer}/{count}")
    }

    #[authorize]
    #[authorize(role = "keeper")]
    #[authorize(policy = "owner")]
    pub fn lock(&self, drawer: String, count: u32) -> String {
        format!("{drawer}/{count}")
    }

    #[authorize(policy = "broken")]
    pub fn inspect(&self) {}
}

#[tokio::test(start_paused = true)]
async fn a_policy_decides_by_user_hub_method_and_arguments() {
    let (sender, mut seen) = mpsc::unbounded_channel();
    let server = SignalR::builder()
        .hub::<Vault>(|_| Ok(Vault), |_| {})
        .policy("known", |context| {
            let is_known = context
                .principal()
                .is_some_and(|user| user.id() != Some("eve"));
            std::future::ready(is_known)
        })
        .policy("owner", move |context| {
            let owner = context
                .principal()
                .and_then(Principal::id)
                .map(str::to_owned);
            let drawer = context
                .arguments::<(String, u32)>()
                .map(|(drawer, _)| drawer.clone());
            let place = format!("{}.{}", context.hub(), context.method().unwrap_or("none"));
            sender.send(place).expect("the test waits");
            async move {
                tokio::task::yield_now().await;
                owner == drawer
            }
        })
        .policy("broken", |_| async { panic!("on purpose") })
        .build()
        .expect("complete");
    let web = Web::new(server.map::<Vault>("/account"));
    for (principal, status) in [
        (None, StatusCode::UNAUTHORIZED),
        (Some(user("eve", "any")), StatusCode::FORBIDDEN),
    ] {
        let negotiate = web.post("/account/negotiate").by(principal.as_ref());
        assert_eq!(negotiate.status().await, status);
    }
    let ann = user("ann", "any");
    let mut client = Poller::connect(&web, Some(&ann)).await;
    let mut call = async |target: &str, arguments| {
        let ann = Some(&ann);
        client.call_with(ann, target, arguments).await
    };
    let unauthorized = |method| format!("Failed to invoke '{method}' because user is unauthorized");

    assert_eq!(call("Open", json!(["ann", 1])).await["result"], "ann/1");
    assert_eq!(seen.recv().await.as_deref(), Some("Vault.Open"));
    let refused = call("Open", json!(["bob", 1])).await;
    assert_eq!(refused["error"], unauthorized("Open"));
    let refused = call("Lock", json!(["ann", 1])).await;
    assert_eq!(refused["error"], unauthorized("Lock"));
    // It answers, and gives the permit back.
    let broken = call("Inspect", json!([])).await;
    assert!(broken["error"].is_string());
    assert_eq!(call("Open", json!(["ann", 2])).await["result"], "ann/2");
}

#[hub(authorize(policy = "broken"))]
impl Cellar {
    pub fn open(&self) {}
}

struct Cellar;

#[tokio::test]
async fn a_policy_that_panics_lets_nobody_in() {
    let server = SignalR::builder()
        .hub::<Cellar>(|_| Ok(Cellar), |_| {})
        .policy("broken", |_| async { panic!("on purpose") })
        .build()
        .expect("complete");
    let web = Web::new(server.map::<Cellar>("/cellar"));
    let negotiate = web.post("/cellar/negotiate").by(Some(&user("ann", "any")));
    let status = negotiate.status().await;
    assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR);
}

#[test]
fn a_policy_without_a_definition_is_an_error_of_build() {
    let error = SignalR::builder()
        .hub::<Vault>(|_| Ok(Vault), |_| {})
        .policy("owner", |_| std::future::ready(true))
        .build()
        .expect_err("two are missing")
        .to_string();
    for (place, policy) in [("Vault", "known"), ("Inspect", "broken")] {
        let text = format!("`{place}` of `Vault` names the policy `{policy}`");
        assert!(error.contains(&text), "{error}");
    }
    assert!(!error.contains("owner"), "{error}");
}

struct Named;

#[hub]
impl Named {
    pub fn user_id(&self, cx: &signalr::CallerContext<Self>) -> Option<String> {
        cx.user_id().map(str::to_owned)
    }
}

#[tokio::test(start_paused = true)]
async fn the_application_may_say_which_user_a_connection_belongs_to() {
    let map = |builder: signalr::server::SignalRBuilder| {
        let server = builder.hub::<Named>(|_| Ok(Named), |_| {}).build();
        Web::new(server.expect("complete").map::<Named>("/account"))
    };
    let ann = Principal::new("ann").with_name("Ann");
    let by_id = map(SignalR::builder());
    let by_name = map(SignalR::builder()
        .user_id_provider(|request| Some(request?.principal()?.name()?.to_owned())));
    for (web, principal, expected) in [
        (&by_id, Some(&ann), json!("ann")),
        (&by_id, None, json!(null)),
        (&by_name, Some(&ann), json!("Ann")),
    ] {
        let mut client = Poller::connect(web, principal).await;
        let answer = client.call(principal, "UserId").await;
        assert_eq!(answer["result"], expected);
    }
}
