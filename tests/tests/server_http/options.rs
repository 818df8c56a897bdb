//! What a server is told when it is put together, and what is made of it.

use std::net::Ipv4Addr;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use axum::Router;
use axum::http::StatusCode;
use axum::http::header::SEC_WEBSOCKET_PROTOCOL;
use signalr::Transports;
use signalr::server::SignalRBuilder;
use signalr::{EndpointOptions, HubOptions, Principal, SignalR, hub};
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::tungstenite::client::IntoClientRequest;

use super::web::Web;

struct Small;

#[hub]
impl Small {
    pub fn echo(&self, text: String) -> String {
        text
    }
}

fn builder(configure: impl FnOnce(&mut HubOptions) + 'static) -> SignalRBuilder {
    SignalR::builder().hub::<Small>(|_| Ok(Small), configure)
}

fn server() -> SignalR {
    builder(|_| {})
        .policy("never", |_| std::future::ready(false))
        .build()
        .expect("complete")
}

#[test]
fn options_out_of_range_are_errors_of_build() {
    type Set = fn(&mut HubOptions);
    let faults: [(&str, Set); 7] = [
        ("handshake_timeout", |o| {
            o.handshake_timeout = Duration::ZERO
        }),
        ("keep_alive_interval", |o| {
            o.keep_alive_interval = Duration::ZERO;
        }),
        ("client_timeout_interval", |o| {
            o.client_timeout_interval = Duration::ZERO;
        }),
        ("supported_protocols", |o| o.supported_protocols.clear()),
        ("maximum_receive_message_size", |o| {
            o.maximum_receive_message_size = Some(0);
        }),
        ("stream_buffer_capacity", |o| o.stream_buffer_capacity = 0),
        ("maximum_parallel_invocations_per_client", |o| {
            o.maximum_parallel_invocations_per_client = 0;
        }),
    ];
    for (name, set) in faults {
        let error = builder(set).build().expect_err(name).to_string();
        assert!(error.contains(name) && error.contains("`Small`"), "{error}");
    }
    let error = builder(|_| {}).disconnect_timeout(Duration::ZERO).build();
    let error = error.expect_err("zero").to_string();
    assert!(error.contains("`disconnect_timeout`"), "{error}");
}

#[test]
fn all_faults_are_reported_at_once() {
    let error = builder(|options| {
        options.stream_buffer_capacity = 0;
        options.keep_alive_interval = Duration::ZERO;
    })
    .build()
    .expect_err("two faults")
    .to_string();
    assert!(
        error.contains("stream_buffer_capacity") && error.contains("keep_alive_interval"),
        "{error}"
    );
}

#[test]
fn a_hub_starts_from_the_server_s_options_whenever_they_were_set() {
    let fault = |options: &mut HubOptions| options.stream_buffer_capacity = 0;
    for configure in [
        (|options| options.stream_buffer_capacity = 1) as fn(&mut HubOptions),
        |_| {},
    ] {
        let mended = builder(configure).options(fault).build().is_ok();
        let mut options = HubOptions::default();
        configure(&mut options);
        assert_eq!(mended, options.stream_buffer_capacity == 1);
    }
}

#[test]
fn endpoint_options_out_of_range_are_found_where_the_hub_is_mapped() {
    let default = EndpointOptions::default;
    let faults = [
        ("poll_timeout", default().poll_timeout(Duration::ZERO)),
        (
            "transport_send_timeout",
            default().transport_send_timeout(Duration::ZERO),
        ),
        (
            "minimum_protocol_version",
            default().minimum_protocol_version(2),
        ),
        (
            ".policy(\"nobody\", ..)",
            default().require_policy("nobody"),
        ),
    ];
    let server = server();
    for (name, options) in faults {
        for mapped in [
            said(|| drop(server.map_with::<Small>("/small", options.clone()))),
            said(|| drop(server.map_connections("/small", options.clone(), async |_| {}))),
        ] {
            assert!(mapped.contains(name), "{mapped}");
            assert!(mapped.contains("`/small`"), "{mapped}");
        }
    }
}

/// The text of a panic.
fn said(work: impl FnOnce()) -> String {
    let panic = catch_unwind(AssertUnwindSafe(work)).expect_err("a panic");
    panic.downcast_ref::<String>().expect("a text").clone()
}

#[tokio::test]
async fn an_endpoint_s_own_requirements_hold_beside_the_hub_s() {
    let server = server();
    let map = |options| Web::new(server.map_with::<Small>("/small", options));
    let ann = Principal::new("ann").with_role("reader");
    let none = EndpointOptions::default();
    let cases = [
        (none.clone(), StatusCode::OK, StatusCode::OK),
        (
            none.clone().require_authorization(),
            StatusCode::UNAUTHORIZED,
            StatusCode::OK,
        ),
        (
            none.clone().require_role("reader"),
            StatusCode::UNAUTHORIZED,
            StatusCode::OK,
        ),
        (
            none.clone().require_role("reader").require_role("writer"),
            StatusCode::UNAUTHORIZED,
            StatusCode::FORBIDDEN,
        ),
        (
            none.require_policy("never"),
            StatusCode::UNAUTHORIZED,
            StatusCode::FORBIDDEN,
        ),
    ];
    for (options, of_nobody, of_ann) in cases {
        let web = map(options.clone());
        let negotiate = || web.post("/small/negotiate?negotiateVersion=1");
        assert_eq!(negotiate().status().await, of_nobody, "{options:?}");
        assert_eq!(
            negotiate().by(Some(&ann)).status().await,
            of_ann,
            "{options:?}"
        );
    }
}

#[tokio::test]
async fn only_the_transports_of_the_endpoint_are_offered() {
    let options = EndpointOptions::default().transports(Transports::LONG_POLLING);
    let web = Web::new(server().map_with::<Small>("/small", options));
    let offer = web.post("/small/negotiate").answer().await.json();
    let transports = offer["availableTransports"].as_array().expect("a list");
    assert_eq!(transports.len(), 1);
    assert_eq!(transports[0]["transport"], "LongPolling");
}

#[tokio::test(start_paused = true)]
async fn a_negotiated_connection_waits_as_long_as_it_is_told_to() {
    let server = builder(|_| {})
        .disconnect_timeout(Duration::from_secs(60))
        .build()
        .expect("complete");
    let web = Web::new(server.map::<Small>("/small"));
    let negotiate = async || {
        let offer = web.post("/small/negotiate").answer().await.json();
        offer["connectionId"].as_str().expect("an id").to_owned()
    };
    let (soon, late) = (negotiate().await, negotiate().await);
    tokio::time::sleep(Duration::from_secs(59)).await;
    let poll = |id| web.get(&format!("/small?id={id}")).status();
    assert_eq!(poll(soon).await, StatusCode::OK);
    tokio::time::sleep(Duration::from_secs(3)).await;
    assert_eq!(poll(late).await, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_sub_protocol_is_picked_by_the_application() {
    let options = EndpointOptions::default()
        .sub_protocol_selector(|offered| Some((*offered.last()?).to_owned()));
    let routes = server().map_with::<Small>("/small", options);
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .await
        .expect("a free port");
    let address = listener.local_addr().expect("a bound listener");
    tokio::spawn(async move {
        axum::serve(listener, Router::new().merge(routes))
            .await
            .expect("a server without end");
    });
    for (offered, picked) in [(Some("one, two"), Some("two")), (None, None)] {
        let mut request = format!("ws://{address}/small")
            .into_client_request()
            .expect("a request");
        if let Some(offered) = offered {
            let value = offered.parse().expect("a value");
            request.headers_mut().insert(SEC_WEBSOCKET_PROTOCOL, value);
        }
        let stream = TcpStream::connect(address).await.expect("it listens");
        let (_, response) = tokio_tungstenite::client_async(request, stream)
            .await
            .expect("an upgrade");
        let answer = response.headers().get(SEC_WEBSOCKET_PROTOCOL);
        assert_eq!(
            answer.map(|value| value.as_bytes()),
            picked.map(str::as_bytes)
        );
    }
}
