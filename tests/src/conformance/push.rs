//! Plain HTTP requests that reach into the hub *Conformance* from outside, or ask what became of a connection.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Query, State};
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use axum::routing::get;
use serde::Deserialize;
use serde_json::json;
use signalr::{HubContext, SendError};

use super::answers::or_caught;
use super::ended::Ended;
use super::hub::Conformance;
use super::kind::Plain;

type Hub = HubContext<Conformance<Plain>>;

#[derive(Deserialize)]
struct Push {
    to: String,
    m: String,
    #[serde(default)]
    id: String,
}

#[derive(Deserialize)]
struct Who {
    id: String,
}

pub(super) fn routes(hub: Hub, ended: Arc<Ended>) -> Router {
    let push = Router::new().route("/push", get(push)).with_state(hub);
    let ended = Router::new()
        .route("/ended", get(what_ended))
        .with_state(ended);
    push.merge(ended)
}

async fn push(State(hub): State<Hub>, Query(push): Query<Push>) -> String {
    match perform(&hub, push).await {
        Ok(text) => text,
        Err(error) => format!("{}: {error}", error.kind()),
    }
}

async fn perform(hub: &Hub, Push { to, m, id }: Push) -> Result<String, SendError> {
    let clients = hub.clients();
    match to.as_str() {
        "join" => hub.groups().add(&id, &m).await.map(|()| "joined".into()),
        "leave" => hub.groups().remove(&id, &m).await.map(|()| "left".into()),
        "ask" => {
            Ok(or_caught(clients.client(&id).invoke("Answer", (m,)).await).unwrap_or_default())
        }
        _ => {
            match to.as_str() {
                "client" => clients.client(&id).send("Receive", (m,)).await,
                "group" => clients.group(&id).send("Receive", (m,)).await,
                "user" => clients.user(&id).send("Receive", (m,)).await,
                "except" => clients.all_except(&[id]).send("Receive", (m,)).await,
                _ => clients.all().send("Receive", (m,)).await,
            }?;
            Ok("pushed".into())
        }
    }
}

async fn what_ended(State(ended): State<Arc<Ended>>, Query(who): Query<Who>) -> impl IntoResponse {
    let error = ended.of(&who.id);
    let body = json!({ "ended": error.is_some(), "error": error }).to_string();
    ([(CONTENT_TYPE, "application/json; charset=utf-8")], body)
}
