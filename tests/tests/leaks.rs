//! Connections that come and go without end leave no memory behind.
//!
//! The tests run one after the other, because they look at how much memory the process has.

use std::future::poll_fn;
use std::net::Ipv4Addr;

use axum::Router;
use peak_alloc::PeakAlloc;
use signalr::protocol::TransferFormat;
use signalr::transport::memory;
use signalr::transport::{Ending, Received, Transport, Transports};
use signalr::{CallerContext, HubConnection, SendError, SignalR, hub};
use tokio::net::TcpListener;
use tokio::sync::Mutex;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

static TURN: Mutex<()> = Mutex::const_new(());

struct ChatHub;

#[hub]
impl ChatHub {
    #[on_connected]
    async fn joined(&self, cx: &CallerContext<Self>) -> Result<(), SendError> {
        cx.items().insert(vec![0_u8; 100]);
        cx.groups().add("all").await
    }

    pub async fn join(&self, cx: &CallerContext<Self>, group: String) -> Result<(), SendError> {
        cx.groups().add(&group).await
    }

    /// Goes on when its client has left.
    pub async fn stay(&self, cx: &CallerContext<Self>) {
        cx.aborted().cancelled().await;
    }
}

fn server() -> SignalR {
    SignalR::builder()
        .user_id_provider(|_| Some("ann".to_owned()))
        .hub::<ChatHub>(|_| Ok(ChatHub), |_| {})
        .build()
        .expect("a complete server")
}

/// Asserts that after a tenth of the visits the others take no more memory than `limit` bytes.
async fn stays_small(visits: usize, limit: usize, mut visit: impl AsyncFnMut(usize)) {
    for number in 0..visits / 10 {
        visit(number).await;
    }
    let before = MEMORY.current_usage();
    for number in visits / 10..visits {
        visit(number).await;
    }
    let more = MEMORY.current_usage().saturating_sub(before);
    assert!(more <= limit, "{more} bytes after {visits} visits");
}

fn is_empty(signalr: &SignalR) -> bool {
    let connections = signalr.context::<ChatHub>().connections();
    connections.count() == 0 && connections.users().is_empty() && connections.groups().is_empty()
}

/// Shakes hands, joins a group, and leaves in one of several ways.
async fn visit(signalr: &SignalR, number: usize) {
    let (mut near, far) = memory::pair();
    let signalr = signalr.clone();
    let served = tokio::spawn(async move { signalr.serve::<ChatHub>(far).await });
    let group = number % 1000;
    let messages = format!(
        r#"{{"protocol":"json","version":1}}{END}{{"type":1,"invocationId":"1","target":"Join","arguments":["{group}"]}}{END}{{"type":1,"target":"Stay","arguments":[]}}{END}"#,
        END = '\u{1e}'
    );
    near.start_send(messages.into(), TransferFormat::Text);
    poll_fn(|cx| near.poll_flush(cx)).await.expect("a wire");
    let mut received = Vec::new();
    while received.iter().filter(|&&byte| byte == 0x1e).count() < 2 {
        let more = poll_fn(|cx| near.poll_receive(cx, &mut received)).await;
        assert_eq!(more.expect("a wire"), Received::Data);
    }
    match number % 3 {
        0 => poll_fn(|cx| near.poll_close(cx, Ending::Normal)).await,
        1 => near.faults().cut(),
        _ => served.abort(),
    }
    drop(near);
    let _ = served.await;
}

#[tokio::test]
async fn a_hundred_thousand_connections_in_memory() {
    let _turn = TURN.lock().await;
    let signalr = server();
    stays_small(100_000, 10_000, async |number| {
        visit(&signalr, number).await;
    })
    .await;
    assert!(is_empty(&signalr));
}

#[tokio::test]
async fn connections_over_every_transport() {
    let _turn = TURN.lock().await;
    let signalr = server();
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .await
        .expect("a free port");
    let url = format!("http://{}/chat", listener.local_addr().expect("bound"));
    let app = Router::new().merge(signalr.map::<ChatHub>("/chat"));
    let serving = tokio::spawn(async move { axum::serve(listener, app).await });
    let transports = [
        Transports::WEB_SOCKETS,
        Transports::SERVER_SENT_EVENTS,
        Transports::LONG_POLLING,
    ];
    stays_small(600, 50_000, async |number| {
        let link = HubConnection::builder(&url)
            .transports(transports[number % 3])
            .build()
            .expect("valid settings");
        link.start().await.expect("a server");
        link.invoke::<()>("Join", (number,))
            .await
            .expect_err("no group's name");
        link.invoke::<()>("Join", (number.to_string(),))
            .await
            .expect("a group");
        link.stop().await;
        while !is_empty(&signalr) {
            tokio::task::yield_now().await;
        }
    })
    .await;
    serving.abort();
}
