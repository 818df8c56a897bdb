//! A network in memory, whose wires can be cut.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use axum::serve::Listener;
use http_body_util::BodyExt;
use serde_json::Value;
use signalr::Principal;
use tokio::io::{AsyncRead, AsyncWrite, DuplexStream, ReadBuf, duplex};
use tokio::sync::mpsc;
use tokio_tungstenite::tungstenite::Error;
use tokio_tungstenite::{WebSocketStream, client_async};
use tower::ServiceExt;

/// How many bytes a wire holds each way.
const CAPACITY: usize = 4096;

/// A server and the way to it.
#[derive(Clone)]
pub(crate) struct Network {
    router: Router,
    sockets: mpsc::UnboundedSender<DuplexStream>,
}

pub(crate) type Socket = WebSocketStream<Wire>;

impl Network {
    pub(crate) fn new(router: Router) -> Self {
        let (sockets, incoming) = mpsc::unbounded_channel();
        let served = router.clone();
        tokio::spawn(async move { axum::serve(Incoming(incoming), served).await });
        Self { router, sockets }
    }

    /// Negotiates: the answer.
    pub(crate) async fn negotiate(&self, path: &str, query: &str) -> Value {
        let request = Request::post(format!("{path}/negotiate?negotiateVersion=1{query}"))
            .body(Body::empty())
            .expect("a request");
        let Ok(response) = self.router.clone().oneshot(request).await;
        let body = response.into_body().collect().await.expect("a body");
        serde_json::from_slice(&body.to_bytes()).expect("JSON")
    }

    /// Refreshes a connection's authentication: the status.
    pub(crate) async fn refresh(
        &self,
        path: &str,
        token: &str,
        principal: Principal,
    ) -> StatusCode {
        let request = Request::post(format!("{path}/refresh?id={token}"))
            .extension(principal)
            .body(Body::empty())
            .expect("a request");
        let Ok(response) = self.router.clone().oneshot(request).await;
        response.status()
    }

    /// Opens a WebSocket; an error is the status that it was refused with, if there was an answer.
    pub(crate) async fn open(
        &self,
        path: &str,
        token: &str,
        cut: &Cut,
    ) -> Result<Socket, Option<StatusCode>> {
        let (near, far) = duplex(CAPACITY);
        self.sockets.send(far).expect("the server runs");
        let wire = Wire {
            io: Some(near),
            cut: cut.clone(),
        };
        match client_async(format!("ws://server{path}?id={token}"), wire).await {
            Ok((socket, _)) => Ok(socket),
            Err(Error::Http(response)) => Err(Some(response.status())),
            Err(_) => Err(None),
        }
    }
}

struct Incoming(mpsc::UnboundedReceiver<DuplexStream>);

impl Listener for Incoming {
    type Io = DuplexStream;
    type Addr = ();

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        match self.0.recv().await {
            Some(socket) => (socket, ()),
            None => std::future::pending().await,
        }
    }

    fn local_addr(&self) -> io::Result<Self::Addr> {
        Ok(())
    }
}

/// Says when a wire breaks. Both ends then see a socket that ended without a word.
#[derive(Clone, Default)]
pub(crate) struct Cut(Arc<Mutex<Limits>>);

#[derive(Default)]
struct Limits {
    /// How many bytes still arrive; `None`: all.
    down: Option<usize>,
    up: Option<usize>,
    is_cut: bool,
    reader: Option<Waker>,
}

impl Cut {
    /// After so many bytes, whichever way they go.
    pub(crate) fn after(down: usize, up: usize) -> Self {
        Self(Arc::new(Mutex::new(Limits {
            down: Some(down),
            up: Some(up),
            ..Limits::default()
        })))
    }

    /// Now.
    pub(crate) fn now(&self) {
        let mut limits = self.0.lock().expect("no panic");
        limits.is_cut = true;
        if let Some(reader) = limits.reader.take() {
            reader.wake();
        }
    }
}

/// A client's end of a socket.
pub(crate) struct Wire {
    io: Option<DuplexStream>,
    cut: Cut,
}

impl Wire {
    fn broken(&mut self) -> io::Error {
        self.cut.now();
        self.io = None;
        io::ErrorKind::ConnectionReset.into()
    }
}

impl AsyncRead for Wire {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let room = {
            let mut limits = self.cut.0.lock().expect("no panic");
            limits.reader = Some(cx.waker().clone());
            let room = limits.down.unwrap_or(usize::MAX);
            if limits.is_cut { 0 } else { room }
        };
        let Some(io) = self.io.as_mut().filter(|_| room > 0) else {
            return Poll::Ready(Err(self.broken()));
        };
        let mut part = buffer.take(room);
        let polled = Pin::new(io).poll_read(cx, &mut part);
        let count = part.filled().len();
        // What `take` filled is initialized.
        let unfilled = buffer.filled().len();
        buffer.initialize_unfilled_to(count);
        buffer.set_filled(unfilled + count);
        if let Some(down) = &mut self.cut.0.lock().expect("no panic").down {
            *down -= count;
        }
        polled
    }
}

impl AsyncWrite for Wire {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let room = {
            let limits = self.cut.0.lock().expect("no panic");
            let room = limits.up.unwrap_or(usize::MAX);
            if limits.is_cut { 0 } else { room }
        };
        let Some(io) = self.io.as_mut().filter(|_| room > 0) else {
            return Poll::Ready(Err(self.broken()));
        };
        let polled = Pin::new(io).poll_write(cx, &bytes[..room.min(bytes.len())]);
        if let (Poll::Ready(Ok(count)), Some(up)) =
            (&polled, &mut self.cut.0.lock().expect("no panic").up)
        {
            *up -= count;
        }
        polled
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.io {
            Some(io) => Pin::new(io).poll_flush(cx),
            None => Poll::Ready(Err(self.broken())),
        }
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.io {
            Some(io) => Pin::new(io).poll_shutdown(cx),
            None => Poll::Ready(Ok(())),
        }
    }
}
