//! The filters of *Filtered*: two of one kind, one around the other.

use signalr::HubError;
use signalr::server::{Filters, InvocationContext, LifetimeContext, Next, Returned};

use super::errors::{hub_exception, invalid_operation};

/// The arguments of a method that takes one text.
type OneText = (Option<String>,);

/// Adds one filter around calls and connecting.
pub(super) fn around(filters: &mut Filters, name: &'static str) {
    filters.invocation(move |call, next| invoke(name, call, next));
    filters.connected(move |event, next| connect(name, event, next));
}

async fn invoke(
    name: &'static str,
    mut call: InvocationContext,
    next: Next<InvocationContext, Returned>,
) -> Result<Returned, HubError> {
    if name == "outer"
        && let Some((Some(text),)) = call.arguments_mut::<OneText>()
    {
        match text.as_str() {
            "stop" => return Err(hub_exception("stopped by outer")),
            "fail" => return Err(invalid_operation("failed in outer")),
            "swap" => "swapped".clone_into(text),
            _ => {}
        }
    }
    let returned = next.run(call).await?;
    let text = returned
        .value::<String>()
        .or_else(|| returned.value::<Option<String>>()?.as_ref());
    Ok(match text {
        Some(text) => Returned::new(format!("{name}({text})")),
        None => returned,
    })
}

async fn connect(
    name: &'static str,
    event: LifetimeContext,
    next: Next<LifetimeContext, ()>,
) -> Result<(), HubError> {
    let refused = event
        .connection()
        .request()
        .and_then(|request| request.query("filter"))
        .is_some_and(|filter| filter == "refuse");
    if name == "outer" && refused {
        return Err(hub_exception("refused by outer"));
    }
    let caller = event.caller();
    caller
        .send("Receive", (format!("{name} connecting"),))
        .await?;
    next.run(event).await?;
    caller
        .send("Receive", (format!("{name} connected"),))
        .await?;
    Ok(())
}
