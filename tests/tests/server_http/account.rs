//! A hub that says what it knows of its user, and a client of it that polls by hand.

use std::time::{Duration, SystemTime};

use axum::http::StatusCode;
use serde_json::{Value, json};
use signalr::{CallerContext, EndpointOptions, Principal, SendError, SignalR, hub};
use tokio::sync::mpsc;

use super::web::{Answer, Web};

const END: char = '\u{1e}';

pub(crate) struct Account {
    log: mpsc::UnboundedSender<String>,
}

#[hub]
impl Account {
    #[on_authentication_refreshed]
    async fn refreshed(&self, cx: &CallerContext<Self>) -> Result<(), SendError> {
        let _ = self.log.send(format!("refreshed: {}", roles(cx)));
        cx.clients().caller().send("Refreshed", ()).await
    }

    #[on_disconnected]
    fn left(&self) {
        let _ = self.log.send("left".into());
    }

    pub fn roles(&self, cx: &CallerContext<Self>) -> String {
        roles(cx)
    }

    #[authorize(role = "admin")]
    pub fn secret(&self) -> u32 {
        42
    }
}

fn roles(cx: &CallerContext<Account>) -> String {
    let Some(principal) = cx.principal() else {
        return "nobody".into();
    };
    principal.roles().collect::<Vec<_>>().join(",")
}

pub(crate) fn server() -> (SignalR, mpsc::UnboundedReceiver<String>) {
    let (log, seen) = mpsc::unbounded_channel();
    let server = SignalR::builder()
        .hub::<Account>(|_| Ok(Account { log }), |_| {})
        .build()
        .expect("complete");
    (server, seen)
}

/// The hub at `/account`, and what happens in it.
pub(crate) fn serve(options: EndpointOptions) -> (Web, mpsc::UnboundedReceiver<String>) {
    let (server, seen) = server();
    let routes = server.map_with::<Account>("/account", options);
    (Web::new(routes), seen)
}

/// Somebody until an hour from now.
pub(crate) fn user(id: &str, role: &str) -> Principal {
    Principal::new(id)
        .with_role(role)
        .with_expiry(SystemTime::now() + Duration::from_secs(3600))
}

/// Somebody whose time is over.
pub(crate) fn former(id: &str) -> Principal {
    user(id, "former").with_expiry(SystemTime::now() - Duration::from_secs(1))
}

pub(crate) struct Poller {
    web: Web,
    path: String,
    pub(crate) token: String,
    received: Vec<Value>,
}

impl Poller {
    pub(crate) async fn connect(web: &Web, principal: Option<&Principal>) -> Self {
        Self::connect_at(web, "/account", principal).await
    }

    pub(crate) async fn connect_at(web: &Web, path: &str, principal: Option<&Principal>) -> Self {
        let negotiating = web.post(&format!("{path}/negotiate?negotiateVersion=1"));
        let offer = negotiating.by(principal).answer().await.json();
        let mut poller = Self {
            web: web.clone(),
            path: path.to_owned(),
            token: offer["connectionToken"].as_str().expect("a token").into(),
            received: Vec::new(),
        };
        assert_eq!(poller.poll(principal).await.status, StatusCode::OK);
        let handshake = json!({"protocol": "json", "version": 1});
        poller.send(principal, &handshake).await;
        assert_eq!(poller.next(principal).await, json!({}));
        poller
    }

    pub(crate) async fn poll(&self, principal: Option<&Principal>) -> Answer {
        let path = format!("{}?id={}", self.path, self.token);
        self.web.get(&path).by(principal).answer().await
    }

    pub(crate) async fn refresh(&self, principal: Option<&Principal>) -> Answer {
        let path = format!("{}/refresh?id={}", self.path, self.token);
        self.web.post(&path).by(principal).answer().await
    }

    /// The next message that a poll of this user brings.
    pub(crate) async fn next(&mut self, principal: Option<&Principal>) -> Value {
        while self.received.is_empty() {
            let answer = self.poll(principal).await;
            assert_eq!(answer.status, StatusCode::OK);
            let messages = answer.text().split_terminator(END);
            self.received
                .extend(messages.map(|text| serde_json::from_str::<Value>(text).expect("JSON")));
        }
        self.received.remove(0)
    }

    pub(crate) async fn send(&self, principal: Option<&Principal>, message: &Value) {
        let path = format!("{}?id={}", self.path, self.token);
        let post = self.web.post(&path).by(principal);
        assert_eq!(
            post.body(format!("{message}{END}")).status().await,
            StatusCode::OK
        );
    }

    /// Calls a method; the answer is what a poll of this user brings.
    pub(crate) async fn call(&mut self, principal: Option<&Principal>, target: &str) -> Value {
        self.call_with(principal, target, json!([])).await
    }

    pub(crate) async fn call_with(
        &mut self,
        principal: Option<&Principal>,
        target: &str,
        arguments: Value,
    ) -> Value {
        let call =
            json!({"type": 1, "invocationId": "1", "target": target, "arguments": arguments});
        self.send(principal, &call).await;
        loop {
            let message = self.next(principal).await;
            if message["type"] == 3 {
                return message;
            }
        }
    }
}
