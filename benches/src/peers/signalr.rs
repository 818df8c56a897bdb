//! This project, written as a user writes hubs.

use std::error::Error;

use ::signalr::server::BuildError;
use ::signalr::{CallerContext, HubError, SignalR, UploadStream, client_interface, hub, server};
use axum::Router;
use clap::ValueEnum;
use futures_util::{Stream, StreamExt, stream};
use tokio::net::TcpListener;

/// The group that every connection of [`Rooms`] is in.
const EVERYONE: &str = "everyone";

#[client_interface]
trait BenchClient {
    async fn receive(&self, text: String);
}

struct Bench;

#[hub(client = BenchClient)]
impl Bench {
    pub fn echo(&self, text: String) -> String {
        text
    }

    pub async fn broadcast(&self, cx: &CallerContext<Self>, text: String) -> Result<(), HubError> {
        cx.clients().all().receive(text).await?;
        Ok(())
    }

    pub fn counter(&self, n: i32) -> impl Stream<Item = i32> {
        stream::iter(0..n)
    }

    /// How many items the client sends.
    pub async fn upload(&self, mut items: UploadStream<i32>) -> Result<i32, HubError> {
        let mut count = 0;
        while let Some(item) = items.next().await {
            item?;
            count += 1;
        }
        Ok(count)
    }
}

/// Groups and users, apart from [`Bench`] so that a plain connection does not pay for them.
struct Rooms;

#[hub(client = BenchClient)]
impl Rooms {
    #[on_connected]
    async fn joined(&self, cx: &CallerContext<Self>) -> Result<(), HubError> {
        cx.groups().add(EVERYONE).await?;
        Ok(())
    }

    pub async fn broadcast(&self, cx: &CallerContext<Self>, text: String) -> Result<(), HubError> {
        cx.clients().all().receive(text).await?;
        Ok(())
    }

    pub async fn send_group(&self, cx: &CallerContext<Self>, text: String) -> Result<(), HubError> {
        cx.clients().group(EVERYONE).receive(text).await?;
        Ok(())
    }

    /// Sends to the connections of the caller's user.
    pub async fn send_user(&self, cx: &CallerContext<Self>, text: String) -> Result<(), HubError> {
        if let Some(user) = cx.user_id() {
            cx.clients().user(user).receive(text).await?;
        }
        Ok(())
    }
}

/// The project's policies by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum SlowConsumers {
    Wait,
    DropOldest,
    DropNewest,
    KeepLatest,
    Disconnect,
}

impl From<SlowConsumers> for server::SlowConsumers {
    fn from(policy: SlowConsumers) -> Self {
        match policy {
            SlowConsumers::Wait => Self::Wait,
            SlowConsumers::DropOldest => Self::DropOldest,
            SlowConsumers::DropNewest => Self::DropNewest,
            SlowConsumers::KeepLatest => Self::KeepLatest(server::MessageKey::default()),
            SlowConsumers::Disconnect => Self::Disconnect,
        }
    }
}

pub(super) fn app(slow_consumers: SlowConsumers) -> Result<Router, BuildError> {
    let signalr = SignalR::builder()
        .user_id_provider(|request| Some(request?.query("user")?.into_owned()))
        .hub::<Bench>(
            |_| Ok(Bench),
            move |options| options.slow_consumers = slow_consumers.into(),
        )
        .hub::<Rooms>(|_| Ok(Rooms), |_| {})
        .build()?;
    Ok(Router::new()
        .merge(signalr.map::<Bench>("/bench"))
        .merge(signalr.map::<Rooms>("/rooms")))
}

pub(super) async fn serve(listener: TcpListener, app: Router) -> Result<(), Box<dyn Error>> {
    // `axum::serve` copies all routes of a bare router for each connection, of this it copies a pointer.
    axum::serve(listener, app.into_make_service()).await?;
    Ok(())
}
