//! What happens when a client connects or leaves, told by the query of its connection request.

use signalr::{CallerContext, ConnectionError, HubError};

use super::answers::caught;
use super::ended::Ended;
use super::errors::{hub_exception, invalid_operation};
use super::hub::Conformance;
use super::kind::Kind;

pub(super) async fn connected<K: Kind>(cx: &CallerContext<Conformance<K>>) -> Result<(), HubError> {
    let query = |name: &str| {
        cx.http()
            .and_then(|http| http.query(name).map(|value| value.into_owned()))
    };
    let caller = cx.clients().caller();
    if query("greet").as_deref() == Some("1") {
        caller.send("Welcome", ("connected",)).await?;
    }
    match query("refuse").as_deref() {
        Some("throw") => return Err(invalid_operation("refused by OnConnected")),
        Some("hub") => return Err(hub_exception("refused by OnConnected")),
        Some("abort") => cx.abort(),
        _ => {}
    }
    if query("ask").as_deref() == Some("1")
        && let Err(error) = caller
            .invoke::<Option<String>>("Answer", ("connect",))
            .await
    {
        caller.send("Receive", (caught(&error),)).await?;
    }
    if let Some(group) = query("group") {
        cx.groups().add(&group).await?;
    }
    Ok(())
}

pub(super) fn left<K: Kind>(
    cx: &CallerContext<Conformance<K>>,
    cause: Option<&ConnectionError>,
    ended: &Ended,
) -> Result<(), HubError> {
    ended.note(cx.connection_id(), cause);
    let leave = cx
        .http()
        .and_then(|http| http.query("leave").map(|value| value.into_owned()));
    if leave.as_deref() == Some("throw") {
        return Err(invalid_operation("refused by OnDisconnected"));
    }
    Ok(())
}
