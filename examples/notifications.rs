//! Notifications: the rest of the application tells users what concerns them, through a `HubContext`.
//!
//! Run `cargo run --bin notifications`, connect a client to `/notifications?user=ann`, and
//! `curl -d 'Your parcel is here.' http://127.0.0.1:5000/users/ann/notifications`.

mod serve;

use std::error::Error;
use std::time::Duration;

use axum::Router;
use axum::extract::{FromRef, Path, State};
use axum::http::StatusCode;
use axum::routing::post;
use signalr::{CallerContext, HubContext, SendError, SignalR, client_interface, hub};

#[client_interface]
trait NotificationClient {
    async fn notify(&self, text: String);
}

/// Clients listen; there is little to call.
struct NotificationHub;

#[hub(client = NotificationClient)]
impl NotificationHub {
    /// For whom this client is told news.
    pub fn user(&self, cx: &CallerContext<Self>) -> Option<String> {
        cx.user_id().map(str::to_owned)
    }
}

/// What other code uses: it knows nothing of SignalR.
#[derive(Clone)]
struct Notifier(HubContext<NotificationHub>);

impl Notifier {
    /// Tells a user on all screens; whether there is one.
    async fn tell(&self, user: &str, text: String) -> Result<bool, SendError> {
        self.0.clients().user(user).notify(text).await?;
        Ok(self.0.connections().count_of_user(user) > 0)
    }

    async fn tell_all(&self, text: String) -> Result<(), SendError> {
        self.0.clients().all().notify(text).await
    }
}

#[derive(Clone, FromRef)]
struct App {
    notifier: Notifier,
}

async fn notify(
    State(notifier): State<Notifier>,
    Path(user): Path<String>,
    text: String,
) -> Result<&'static str, (StatusCode, String)> {
    match notifier.tell(&user, text).await {
        Ok(true) => Ok("told"),
        Ok(false) => Err((StatusCode::NOT_FOUND, format!("{user} is not here"))),
        Err(error) => Err((StatusCode::INTERNAL_SERVER_ERROR, error.to_string())),
    }
}

/// A task in the background has news, too.
async fn tell_the_time(notifier: Notifier) -> Result<(), SendError> {
    let mut minutes = tokio::time::interval(Duration::from_secs(60));
    for minute in 0.. {
        minutes.tick().await;
        notifier
            .tell_all(format!("This server is {minute} minutes old."))
            .await?;
    }
    Ok(())
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let signalr = SignalR::builder()
        // On trust; a real application authenticates its users.
        .user_id_provider(|request| Some(request?.query("user")?.into_owned()))
        .hub::<NotificationHub>(|_| Ok(NotificationHub), |_| {})
        .build()?;
    let notifier = Notifier(signalr.context());
    tokio::spawn(tell_the_time(notifier.clone()));
    let app = Router::new()
        .route("/users/{user}/notifications", post(notify))
        .with_state(App { notifier })
        .merge(signalr.map::<NotificationHub>("/notifications"));
    serve::serve(serve::listen().await?, app, signalr).await
}
