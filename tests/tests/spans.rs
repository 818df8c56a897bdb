//! The spans of a server: names, tags, parents.

use std::collections::BTreeMap;
use std::fmt::{Debug, Write};
use std::future::poll_fn;
use std::sync::{Arc, Mutex};

use signalr::protocol::TransferFormat;
use signalr::transport::memory::{self, MemoryTransport};
use signalr::transport::{Ending, Received, Transport};
use signalr::{HubError, SignalR, Stream, hub};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Span, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};
use tracing_subscriber::registry::LookupSpan;

const INVOCATION: &str = "Microsoft.AspNetCore.SignalR.Server.InvocationIn";
const CONNECTED: &str = "Microsoft.AspNetCore.SignalR.Server.OnConnected";
const DISCONNECTED: &str = "Microsoft.AspNetCore.SignalR.Server.OnDisconnected";

struct Traced;

#[hub]
impl Traced {
    pub fn echo(&self, text: String) -> String {
        text
    }

    pub fn fail(&self) -> Result<(), HubError> {
        Err(HubError::visible("on purpose").with_kind("Grief"))
    }

    pub async fn panics(&self) {
        panic!("on purpose");
    }

    pub fn break_off(&self) -> impl Stream<Item = Result<u32, HubError>> {
        futures_util::stream::iter([Ok(1), Err(HubError::visible("enough"))])
    }

    #[authorize]
    pub fn secret(&self) {}

    #[on_disconnected]
    fn left(&self) -> Result<(), HubError> {
        Err(HubError::visible("a mess"))
    }
}

#[derive(Debug, Clone, Default, PartialEq)]
struct Seen {
    name: &'static str,
    parent: Option<&'static str>,
    fields: BTreeMap<&'static str, String>,
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

/// Keeps every span that begins.
#[derive(Clone, Default)]
struct Spans(Arc<Mutex<Vec<(Id, Seen)>>>);

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Spans {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let mut seen = Seen {
            name: attributes.metadata().name(),
            ..Seen::default()
        };
        let span = context.span(id);
        let parent = span.as_ref().and_then(|span| span.parent());
        seen.parent = parent.map(|parent| parent.name());
        attributes.record(&mut seen);
        self.0.lock().expect("no panic").push((id.clone(), seen));
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, _: Context<'_, S>) {
        let mut all = self.0.lock().expect("no panic");
        // An id may be used again; the last one lives.
        let (_, seen) = all
            .iter_mut()
            .rev()
            .find(|(own, _)| own == id)
            .expect("it began");
        values.record(seen);
    }
}

/// The spans of a connection on which these messages are sent, and what its calls' spans were said to
/// descend from.
async fn traced(messages: &[&str]) -> (Vec<Seen>, Vec<String>) {
    let spans = Spans::default();
    let guard =
        tracing::subscriber::set_default(tracing_subscriber::registry().with(spans.clone()));
    let parents = Arc::new(Mutex::new(Vec::new()));
    let signalr = SignalR::builder()
        .trace_parent({
            let parents = Arc::clone(&parents);
            move |span: &Span, headers: &[(String, String)]| {
                let name = span.metadata().map_or("none", |metadata| metadata.name());
                let text = format!("{name}: {headers:?}");
                parents.lock().expect("no panic").push(text);
            }
        })
        .hub::<Traced>(|_| Ok(Traced), |_| {})
        .build()
        .expect("complete");
    let (client, server) = memory::pair();
    let mut text = "{\"protocol\":\"json\",\"version\":1}\u{1e}".to_owned();
    for message in messages {
        text += &format!("{message}\u{1e}");
    }
    let serving = async { signalr.serve::<Traced>(server).await };
    // Who leaves before the answer cancels its stream.
    let answers = text.matches("invocationId").count();
    tokio::join!(serving, exchange(client, text, answers));
    drop(guard);
    let seen = spans.0.lock().expect("no panic");
    let parents = parents.lock().expect("no panic").clone();
    (seen.iter().map(|(_, seen)| seen.clone()).collect(), parents)
}

fn call(target: &str, arguments: &str) -> String {
    format!(r#"{{"type":1,"invocationId":"1","target":"{target}","arguments":[{arguments}]}}"#)
}

fn of_name<'s>(spans: &'s [Seen], name: &str) -> Vec<&'s Seen> {
    spans.iter().filter(|span| span.name == name).collect()
}

#[tokio::test]
async fn a_call_has_a_span_with_the_reference_s_name_and_tags() {
    let (spans, parents) = traced(&[&call("eCHO", "\"x\"")]).await;
    let calls = of_name(&spans, INVOCATION);
    assert_eq!(calls.len(), 1);
    let hub = "spans::Traced";
    assert_eq!(calls[0].parent, Some("connection"));
    for (tag, value) in [
        ("otel.name", &*format!("{hub}/Echo")),
        ("otel.kind", "server"),
        ("rpc.system", "signalr"),
        ("rpc.service", hub),
        ("rpc.method", "Echo"),
    ] {
        assert_eq!(calls[0].fields[tag], value);
    }
    assert!(!calls[0].fields.contains_key("error.type"));
    assert!(parents.is_empty(), "{parents:?}");
}

#[tokio::test]
async fn a_connection_s_beginning_and_end_have_spans() {
    let (spans, _) = traced(&[]).await;
    for (name, method, error) in [
        (CONNECTED, "OnConnectedAsync", None),
        (DISCONNECTED, "OnDisconnectedAsync", Some("HubException")),
    ] {
        let found = of_name(&spans, name);
        assert_eq!(found.len(), 1, "{name}");
        assert_eq!(found[0].parent, Some("connection"));
        assert_eq!(found[0].fields["otel.kind"], "internal");
        assert_eq!(found[0].fields["rpc.method"], method);
        let marked = found[0].fields.get("error.type").map(String::as_str);
        assert_eq!(marked, error);
    }
}

#[tokio::test]
async fn failures_are_marked_with_their_kind() {
    let stream = call("BreakOff", "").replace("\"type\":1", "\"type\":4");
    for (message, kind) in [
        (call("Fail", ""), "Grief"),
        (call("Panics", ""), "Panic"),
        (stream, "HubException"),
    ] {
        let (spans, _) = traced(&[&message]).await;
        let calls = of_name(&spans, INVOCATION);
        assert_eq!(calls[0].fields["error.type"], kind);
        assert_eq!(calls[0].fields["otel.status_code"], "ERROR");
    }
}

#[tokio::test]
async fn calls_that_come_to_nothing_have_no_span() {
    for message in [
        call("Nowhere", ""),
        call("Echo", "1, 2"),
        call("Secret", ""),
        call("BreakOff", ""),
    ] {
        let (spans, _) = traced(&[&message]).await;
        assert_eq!(
            of_name(&spans, INVOCATION),
            Vec::<&Seen>::new(),
            "{message}"
        );
    }
}

#[tokio::test]
async fn the_application_gives_a_span_its_parent_from_the_message_s_headers() {
    let message =
        r#"{"type":1,"headers":{"traceparent":"00-1-2-01"},"target":"Echo","arguments":["x"]}"#;
    let (_, parents) = traced(&[message]).await;
    let expected = format!(r#"{INVOCATION}: [("traceparent", "00-1-2-01")]"#);
    assert_eq!(parents, [expected]);
}

/// Sends all of `text`, reads so many answers, says that nothing more comes, and reads to the end.
async fn exchange(mut client: MemoryTransport, text: String, answers: usize) {
    client.start_send(text.into(), TransferFormat::Text);
    poll_fn(|cx| client.poll_flush(cx))
        .await
        .expect("the wire is whole");
    let mut answer = Vec::new();
    while String::from_utf8_lossy(&answer)
        .matches(r#""type":3"#)
        .count()
        < answers
    {
        let received = poll_fn(|cx| client.poll_receive(cx, &mut answer)).await;
        assert!(matches!(received, Ok(Received::Data)), "{received:?}");
    }
    poll_fn(|cx| client.poll_close(cx, Ending::Normal)).await;
    while let Ok(Received::Data) = poll_fn(|cx| client.poll_receive(cx, &mut answer)).await {}
}
