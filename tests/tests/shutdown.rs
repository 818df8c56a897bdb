//! A server that is stopped says so on every transport, and stops.

mod support;

use std::future::pending;
use std::net::Ipv4Addr;
use std::time::Duration;

use axum::Router;
use serde_json::{Value, json};
use signalr::server::{DrainOptions, RawConnection};
use signalr::{EndpointOptions, SignalR};
use signalr_tests::player::{Selection, Vector, check};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;

async fn play(vector: Value) {
    let (url, end) = support::serve().await;
    let vector: Vector = serde_json::from_value(vector).expect("a vector");

    let report = check(&url, &[vector], &Selection::default(), |_| {}).await;

    let said: Vec<_> = report.failures().map(ToString::to_string).collect();
    assert!(said.is_empty(), "{}", said.join("\n"));
    end.await.expect("it has stopped");
}

fn stop() -> Value {
    json!({ "http": { "path": "/stop" }, "response": {
        "status": 200, "body": "stopping",
        "headers": { "content-type": "text/plain; charset=utf-8" },
    } })
}

fn come_back() -> Value {
    json!({ "type": 7, "allowReconnect": true })
}

#[tokio::test]
async fn every_transport_is_told_close() {
    play(json!({
        "name": "shutdown/every-transport", "summary": "stopped while nothing runs", "issue": 2,
        "connections": {
            "ws": { "path": "/hub" },
            "sse": { "path": "/hub", "transport": "sse" },
            "lp": { "path": "/hub", "transport": "lp" },
        },
        "steps": [
            stop(),
            { "on": "ws", "expect": [come_back()] },
            { "on": "ws", "closed": { "code": 1000 } },
            { "on": "sse", "expect": [come_back()] },
            { "on": "sse", "closed": { "ended": true } },
            { "on": "lp", "expect": [come_back()] },
            { "on": "lp", "closed": { "status": 204 } },
        ],
    }))
    .await;
}

fn item(number: i32) -> Value {
    json!({ "type": 2, "invocationId": "1", "item": number })
}

fn farewell() -> Value {
    json!({ "type": 1, "target": "Receive", "arguments": ["ended, cancelled: True"] })
}

#[tokio::test]
async fn nobody_new_is_let_in_while_a_stream_runs() {
    let refused = json!({
        "status": 503, "body": "The server is shutting down.",
        "headers": { "content-type": "text/plain" },
    });
    let mut refused_poll = refused.clone();
    for (name, value) in [
        ("cache-control", "no-cache, no-store"),
        ("pragma", "no-cache"),
        ("expires", "Thu, 01 Jan 1970 00:00:00 GMT"),
    ] {
        refused_poll["headers"][name] = value.into();
    }
    play(json!({
        "name": "shutdown/refusing", "summary": "stopped while a stream runs", "issue": 2,
        "connections": { "a": { "path": "/hub", "transport": "lp" } },
        "steps": [
            { "http": { "method": "POST", "path": "/hub/negotiate?negotiateVersion=1" }, "response": {
                "status": 200,
                "json": {
                    "negotiateVersion": 1, "connectionId": "${id22}",
                    "connectionToken": "${id22:b.token}", "availableTransports": "${any}",
                },
                "headers": { "content-type": "application/json" },
            } },
            { "on": "a", "send": { "type": 4, "invocationId": "1", "target": "CounterNoted", "arguments": [] } },
            { "on": "a", "expect": [item(0), item(1), item(2)] },
            stop(),
            { "http": { "method": "POST", "path": "/hub/negotiate?negotiateVersion=1" }, "response": refused },
            { "http": { "path": "/hub?id=${b.token}" }, "response": refused_poll },
            { "http": { "path": "/hub?id=${b.token}", "headers": { "accept": "text/event-stream" } }, "response": refused },
            { "http": { "path": "/hub", "headers": {
                "connection": "upgrade", "upgrade": "websocket",
                "sec-websocket-version": "13", "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
            } }, "response": refused },
            { "on": "a", "send": { "type": 5, "invocationId": "1" } },
            { "on": "a", "expect": [farewell(), { "type": 3, "invocationId": "1" }, come_back()] },
            { "on": "a", "closed": { "status": 204 } },
        ],
    }))
    .await;
}

#[tokio::test]
async fn raw_connections_find_their_end() {
    play(json!({
        "name": "shutdown/raw", "summary": "stopped with connections without the hub protocol", "issue": 2,
        "connections": {
            "ws": { "path": "/echo", "raw": true },
            "sse": { "path": "/echo", "raw": true, "transport": "sse" },
        },
        "steps": [
            { "on": "ws", "send": "hi" },
            { "on": "ws", "text": "hi", "opcode": 1 },
            { "on": "sse", "send": "hi" },
            { "on": "sse", "text": "hi" },
            stop(),
            { "on": "ws", "closed": { "code": 1000 } },
            { "on": "sse", "closed": { "ended": true } },
        ],
    }))
    .await;
}

async fn ignore(connection: RawConnection) {
    pending::<()>().await;
    drop(connection);
}

#[tokio::test(start_paused = true)]
async fn a_handler_that_never_ends_does_not_hold_up_the_server() {
    let signalr = SignalR::builder().build().expect("no hubs");
    let routes = signalr.map_connections("/", EndpointOptions::default(), ignore);
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .await
        .expect("a free port");
    let address = listener.local_addr().expect("a bound listener");
    let (stop, stopped) = oneshot::channel::<()>();
    let server =
        axum::serve(listener, Router::new().merge(routes)).with_graceful_shutdown(async move {
            let _ = stopped.await;
            signalr
                .drain(DrainOptions::default().deadline(Duration::ZERO))
                .await;
        });
    let server = tokio::spawn(async move { server.await });

    let mut client = TcpStream::connect(address).await.expect("it listens");
    let mut answer = vec![0; 4096];
    client
        .write_all(b"POST /negotiate HTTP/1.1\r\nhost: x\r\ncontent-length: 0\r\n\r\n")
        .await
        .expect("a request");
    let count = client.read(&mut answer).await.expect("an answer");
    let answered = String::from_utf8_lossy(&answer[..count]);
    let (_, id) = answered.split_once("\"connectionId\":\"").expect("an id");
    let request = format!(
        "GET /?id={} HTTP/1.1\r\nhost: x\r\naccept: text/event-stream\r\n\r\n",
        &id[..22]
    );
    client
        .write_all(request.as_bytes())
        .await
        .expect("a request");
    let count = client.read(&mut answer).await.expect("an answer");
    assert!(String::from_utf8_lossy(&answer[..count]).starts_with("HTTP/1.1 200"));

    stop.send(()).expect("it waits");
    server.await.expect("no panic").expect("it stops");
    client.read_to_end(&mut answer).await.expect("the end");
}
