//! The spans of calls: names, tags, and where they end.

use std::collections::BTreeMap;
use std::fmt::{Debug, Write};
use std::sync::{Arc, Mutex};

use futures_util::StreamExt;
use signalr::HubConnection;
use tracing::Subscriber;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};
use tracing_subscriber::registry::LookupSpan;

use crate::server::hub;

const CALL: &str = "Microsoft.AspNetCore.SignalR.Client.InvocationOut";

/// The fields of a call's span.
#[derive(Debug, Clone, Default)]
struct Seen {
    fields: BTreeMap<&'static str, String>,
    is_over: bool,
}

impl Visit for Seen {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        let text = self.fields.entry(field.name()).or_default();
        text.clear();
        write!(text, "{value:?}").expect("a string takes all");
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.fields.insert(field.name(), value.to_owned());
    }
}

/// The spans of calls, in their order.
#[derive(Clone, Default)]
struct Calls(Arc<Mutex<Vec<(Id, Seen)>>>);

impl Calls {
    fn change(&self, id: &Id, change: impl FnOnce(&mut Seen)) {
        let mut calls = self.0.lock().expect("no panic");
        // An id may be used again; the last one lives.
        if let Some((_, seen)) = calls.iter_mut().rev().find(|(own, _)| own == id) {
            change(seen);
        }
    }

    fn last(&self) -> Seen {
        let calls = self.0.lock().expect("no panic");
        calls.last().expect("a call").1.clone()
    }
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Calls {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, _: Context<'_, S>) {
        if attributes.metadata().name() == CALL {
            let mut seen = Seen::default();
            attributes.record(&mut seen);
            self.0.lock().expect("no panic").push((id.clone(), seen));
        }
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, _: Context<'_, S>) {
        self.change(id, |seen| values.record(seen));
    }

    fn on_close(&self, id: Id, _: Context<'_, S>) {
        self.change(&id, |seen| seen.is_over = true);
    }
}

#[tokio::test]
async fn calls_have_spans_with_the_reference_s_name_and_tags() {
    let calls = Calls::default();
    let _guard =
        tracing::subscriber::set_default(tracing_subscriber::registry().with(calls.clone()));
    let hub = hub().await;
    let (_, port) = hub.rsplit_once(':').expect("a port");
    let link = HubConnection::builder(&format!("{hub}/hub"))
        .build()
        .expect("valid");
    link.start().await.expect("connected");

    link.invoke::<i32>("Add", (1, 2)).await.expect("a sum");
    let seen = calls.last();
    assert!(seen.is_over);
    for (tag, value) in [
        ("otel.name", "hub/Add"),
        ("otel.kind", "client"),
        ("rpc.system", "signalr"),
        ("rpc.service", "hub"),
        ("rpc.method", "Add"),
        ("server.address", "127.0.0.1"),
        ("server.port", port),
    ] {
        assert_eq!(
            seen.fields.get(tag).map(String::as_str),
            Some(value),
            "{tag}"
        );
    }
    assert!(!seen.fields.contains_key("error.type"));

    link.invoke::<()>("ThrowHub", ("no",))
        .await
        .expect_err("no");
    let seen = calls.last();
    assert_eq!(seen.fields["error.type"], "HubException");
    assert_eq!(seen.fields["otel.status_code"], "ERROR");

    // A stream's span ends with the stream.
    let mut items = link
        .stream::<i32>("CounterThrowsHub", (1,))
        .await
        .expect("sent");
    assert!(!calls.last().is_over);
    while items.next().await.is_some() {}
    drop(items);
    let seen = calls.last();
    assert!(seen.is_over);
    assert_eq!(seen.fields["error.type"], "HubException");
    link.stop().await;
}
