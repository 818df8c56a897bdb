//! Filters that do what filters should not, and what they may rely on.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use serde_json::{Value, json};
use signalr::HubError;
use signalr::server::{Filters, Returned};
use tokio::sync::mpsc;
use tokio::time::{sleep, timeout};

use super::lab::{Joining, Lab};
use super::peer::Peer;

fn lab(configure: impl FnOnce(&mut Filters) + 'static) -> Lab {
    Lab::with(|options| configure(&mut options.filters), Joining::Plain)
}

fn stream(id: &str, target: &str, arguments: &Value) -> Value {
    json!({"type": 4, "invocationId": id, "target": target, "arguments": arguments})
}

async fn lives(peer: &mut Peer) {
    let answer = peer.ask("lives", "ConnectionId", json!([])).await;
    assert!(answer["result"].is_string(), "{answer}");
}

#[tokio::test(start_paused = true)]
async fn calls_of_unknown_methods_can_be_counted() {
    let count = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&count);
    let lab = lab(move |filters| {
        filters.unknown_methods(true);
        filters.invocation(move |call, next| {
            let unknown = counted.fetch_add(usize::from(call.is_unknown()), Ordering::Relaxed);
            async move {
                match call.method() {
                    "Magic" => Ok(Returned::new(42)),
                    _ if unknown >= 3 => Err(HubError::visible("That is enough.")),
                    _ => next.run(call).await,
                }
            }
        });
    });
    let mut peer = Peer::connect(&lab).await;
    assert_eq!(peer.ask("1", "Magic", json!([])).await["result"], 42);
    let unknown = "Failed to invoke 'No.Such' due to an error on the server. HubException:";
    for id in ["2", "3"] {
        let answer = peer.ask(id, "No.Such", json!([1])).await;
        assert_eq!(answer["error"], format!("{unknown} Method does not exist."));
    }
    peer.send(&stream("4", "No.Such", &json!([]))).await;
    let answer = peer.completion("4").await;
    assert_eq!(answer["error"], format!("{unknown} That is enough."));
    // Nobody waits for this one.
    peer.send(&json!({"type": 1, "target": "No.Such", "arguments": []}))
        .await;
    assert!(peer.ask("5", "ConnectionId", json!([])).await["error"].is_string());
    assert_eq!(count.load(Ordering::Relaxed), 5);
}

#[tokio::test(start_paused = true)]
async fn unknown_and_forbidden_calls_pass_no_filter() {
    let lab = lab(|filters| {
        filters.invocation(async |call, _| -> Result<Returned, HubError> {
            panic!("{} was seen", call.method())
        });
    });
    let mut peer = Peer::connect(&lab).await;
    assert_eq!(
        peer.ask("1", "Nobody", json!([])).await["error"],
        "Failed to invoke 'Nobody' due to an error on the server. HubException: Method does not exist."
    );
    assert_eq!(
        peer.ask("2", "ForUsers", json!([])).await["error"],
        "Failed to invoke 'ForUsers' because user is unauthorized"
    );
}

#[tokio::test(start_paused = true)]
async fn the_rest_of_a_call_may_run_in_a_task_of_its_own() {
    let lab = lab(|filters| {
        filters.invocation(async |call, next| {
            let task = tokio::spawn(next.run(call));
            task.await.map_err(HubError::hidden)?
        });
        // Polls what it waits for only when that has woken it.
        filters.invocation(async |call, next| {
            let mut both = futures_util::stream::FuturesUnordered::new();
            both.push(next.run(call));
            futures_util::StreamExt::next(&mut both).await.expect("one")
        });
    });
    let mut peer = Peer::connect(&lab).await;
    assert_eq!(peer.ask("1", "Echo", json!(["x"])).await["result"], "x");
    lab.gate.add_permits(1);
    assert!(peer.ask("2", "Wait", json!([])).await["error"].is_null());
    assert!(peer.ask("3", "Panics", json!([])).await["error"].is_string());
    peer.send(&stream("4", "Numbers", &json!([2]))).await;
    for number in 0..2 {
        assert_eq!(peer.next().await.expect("an item")["item"], number);
    }
    assert_eq!(
        peer.next().await,
        Some(json!({"type": 3, "invocationId": "4"}))
    );
}

#[tokio::test(start_paused = true)]
async fn what_is_let_through_by_a_filter_that_has_ended_does_not_run() {
    let (sender, mut seen) = mpsc::unbounded_channel();
    let mut lab = lab(move |filters| {
        filters.invocation(move |call, next| {
            let sender = sender.clone();
            tokio::spawn(async move {
                sleep(Duration::from_secs(1)).await;
                let late = next.run(call).await.map(drop);
                let _ = sender.send(late.map_err(|error| error.to_string()));
            });
            async { Ok(Returned::new("early")) }
        });
    });
    let mut peer = Peer::connect(&lab).await;
    let answer = peer.ask("1", "NoteDown", json!(["it ran"])).await;
    assert_eq!(answer["result"], "early");
    let late = seen.recv().await.expect("the task ends");
    assert!(late.expect_err("too late").contains("the filter has ended"));
    assert!(lab.log.try_recv().is_err(), "the method must not run");
}

#[tokio::test(start_paused = true)]
async fn a_method_is_dropped_once_its_filter_waits_no_longer() {
    let (go, gone) = tokio::sync::oneshot::channel::<()>();
    let gone = std::sync::Mutex::new(Some(gone));
    let mut lab = lab(move |filters| {
        filters.invocation(move |call, next| {
            let gone = gone.lock().expect("no panic").take();
            async move {
                let within = timeout(Duration::from_secs(1), next.run(call)).await;
                if let Some(gone) = gone {
                    let _ = gone.await;
                }
                within.unwrap_or_else(|_| Err(HubError::visible("too slow")))
            }
        });
    });
    let mut peer = Peer::connect(&lab).await;
    peer.call("1", "Hold", json!([])).await;
    assert_eq!(lab.seen().await, "holding");
    // The filter has not ended yet.
    assert_eq!(lab.seen().await, "scope dropped");
    go.send(()).expect("it waits");
    let answer = peer.completion("1").await;
    assert!(
        answer["error"]
            .as_str()
            .expect("an error")
            .ends_with("HubException: too slow")
    );
    lives(&mut peer).await;
}

#[tokio::test(start_paused = true)]
async fn a_filter_that_panics_fails_its_call_only() {
    let lab = lab(|filters| {
        filters.invocation(|call, next| {
            assert_ne!(call.method(), "Echo", "at once");
            async move {
                let is_stream = call.method() == "Numbers";
                let returned = next.run(call).await;
                assert!(!is_stream, "afterwards");
                returned
            }
        });
    });
    let mut peer = Peer::connect(&lab).await;
    for id in ["1", "2"] {
        assert_eq!(
            peer.ask(id, "Echo", json!(["x"])).await["error"],
            "An unexpected error occurred invoking 'Echo' on the server."
        );
    }
    peer.send(&stream("3", "Numbers", &json!([2]))).await;
    assert!(peer.completion("3").await["error"].is_string());
    lives(&mut peer).await;
}

#[tokio::test(start_paused = true)]
async fn a_result_may_be_of_any_type_but_a_stream_stays_one() {
    let lab = lab(|filters| {
        filters.invocation(async |call, next| {
            let skips = call.method() == "Endless";
            let returned = if skips {
                Returned::new(())
            } else {
                next.run(call).await?
            };
            Ok(match returned.into_value::<String>() {
                Ok(text) => Returned::new(json!({"text": text})),
                Err(other) if other.is_stream() => Returned::new("no stream"),
                Err(other) => other,
            })
        });
    });
    let mut peer = Peer::connect(&lab).await;
    let answer = peer.ask("1", "Echo", json!(["x"])).await;
    assert_eq!(answer["result"], json!({"text": "x"}));
    peer.send(&stream("2", "Numbers", &json!([2]))).await;
    assert_eq!(
        peer.completion("2").await["error"],
        "An error occurred on the server while streaming results."
    );
    peer.send(&stream("3", "Endless", &json!([]))).await;
    assert_eq!(
        peer.completion("3").await["error"],
        "The value returned by the streaming method 'Endless' is not a ChannelReader<> or IAsyncEnumerable<>."
    );
}

#[tokio::test(start_paused = true)]
async fn filters_surround_uploads_and_questions() {
    let lab = lab(|filters| {
        filters.invocation(async |call, next| {
            if call.method() == "Total" {
                let sure: bool = call
                    .caller()
                    .invoke("Sure", ())
                    .await
                    .map_err(HubError::hidden)?;
                assert!(sure);
            }
            next.run(call).await
        });
    });
    let mut peer = Peer::connect(&lab).await;
    peer.send(&json!({
        "type": 1, "invocationId": "1", "target": "Total", "arguments": [], "streamIds": ["s"],
    }))
    .await;
    for item in 1..4 {
        peer.send(&json!({"type": 2, "invocationId": "s", "item": item}))
            .await;
    }
    let question = peer.next().await.expect("a question");
    assert_eq!(question["target"], "Sure");
    peer.send(&json!({"type": 3, "invocationId": question["invocationId"], "result": true}))
        .await;
    peer.send(&json!({"type": 3, "invocationId": "s"})).await;
    assert_eq!(peer.completion("1").await["result"], 6);
}

#[tokio::test(start_paused = true)]
async fn a_client_leaves_while_a_filter_waits() {
    let mut lab = lab(|filters| {
        filters.invocation(async |call, next| {
            call.connection().aborted().cancelled().await;
            next.run(call).await
        });
    });
    let mut peer = Peer::connect(&lab).await;
    peer.call("1", "NoteDown", json!(["carried out"])).await;
    peer.close().await;
    peer.served.await.expect("no panic");
    let mut seen = [lab.seen().await, lab.seen().await];
    seen.sort();
    assert_eq!(seen, ["carried out", "left"]);
}

#[tokio::test(start_paused = true)]
async fn panics_around_connecting_and_leaving_are_errors() {
    let connecting = lab(|filters| {
        filters.connected(|_, _| -> std::future::Ready<Result<(), HubError>> { panic!("at once") });
    });
    let mut peer = Peer::connect(&connecting).await;
    assert_eq!(
        peer.next().await,
        Some(json!({"type": 7, "error": "Connection closed with an error."}))
    );
    let leaving = lab(|filters| {
        filters
            .disconnected(|_, _| -> std::future::Ready<Result<(), HubError>> { panic!("at once") });
    });
    let mut peer = Peer::connect(&leaving).await;
    peer.close().await;
    peer.served.await.expect("the panic is caught");
    for lab in [connecting, leaving] {
        let context = lab.signalr.context::<super::lab::LabHub>();
        assert_eq!(context.connections().count(), 0);
    }
}
