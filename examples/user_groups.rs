//! A group per user: somebody's screens follow each other, and others may be let in.
//!
//! `Clients.User` reaches all screens of a user. A group does that too, can leave out the screen that something came from,
//! and can have members who are other users.
//!
//! Run `cargo run --bin user-groups`, connect clients to `/drafts?user=ann`, call `Write("Dear Bob")` on one and see
//! `Changed("ann", "Dear Bob")` arrive at the others. `Share("bob")` lets Bob's screens see the draft too.

mod serve;

use std::collections::HashMap;
use std::error::Error;
use std::sync::{Mutex, PoisonError};

use signalr::{CallerContext, HubError, SendError, SignalR, client_interface, hub};

#[client_interface]
trait DraftClient {
    async fn changed(&self, author: String, text: String);
}

/// Keeps one draft for each user.
#[derive(Default)]
struct DraftHub(Mutex<HashMap<String, String>>);

impl DraftHub {
    fn keep(&self, author: &str, text: &str) {
        let mut drafts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        drafts.insert(author.to_owned(), text.to_owned());
    }

    fn draft(&self, author: &str) -> Option<String> {
        let drafts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        drafts.get(author).cloned()
    }
}

/// The group of those who see a user's draft. Other groups must not get such names.
fn readers_of(author: &str) -> String {
    format!("readers of {author}")
}

fn user(cx: &CallerContext<DraftHub>) -> Result<&str, HubError> {
    let nobody = || HubError::visible("Say who you are: /drafts?user=ann");
    cx.user_id().ok_or_else(nobody)
}

#[hub(client = DraftClient)]
impl DraftHub {
    /// A new screen of the user sees the draft as it is.
    #[on_connected]
    async fn joined(&self, cx: &CallerContext<Self>) -> Result<(), HubError> {
        let author = user(cx)?;
        cx.groups().add(&readers_of(author)).await?;
        if let Some(text) = self.draft(author) {
            cx.clients()
                .caller()
                .changed(author.to_owned(), text)
                .await?;
        }
        Ok(())
    }

    /// Changes the draft on all screens but this one.
    pub async fn write(&self, cx: &CallerContext<Self>, text: String) -> Result<(), HubError> {
        let author = user(cx)?;
        self.keep(author, &text);
        let others = cx.clients().others_in_group(&readers_of(author));
        Ok(others.changed(author.to_owned(), text).await?)
    }

    /// Lets another user read along, on the screens that are open now.
    pub async fn share(&self, cx: &CallerContext<Self>, with: String) -> Result<(), HubError> {
        let author = user(cx)?;
        for screen in cx.hub_context().connections().of_user(&with) {
            self.let_in(cx, author, screen.id()).await?;
        }
        Ok(())
    }
}

impl DraftHub {
    async fn let_in(
        &self,
        cx: &CallerContext<Self>,
        author: &str,
        screen: &str,
    ) -> Result<(), SendError> {
        let groups = cx.groups();
        groups.add_connection(screen, &readers_of(author)).await?;
        match self.draft(author) {
            Some(text) => {
                cx.clients()
                    .client(screen)
                    .changed(author.to_owned(), text)
                    .await
            }
            None => Ok(()),
        }
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let signalr = SignalR::builder()
        // On trust; a real application authenticates its users.
        .user_id_provider(|request| Some(request?.query("user")?.into_owned()))
        .hub::<DraftHub>(|_| Ok(DraftHub::default()), |_| {})
        .build()?;
    serve::serve(
        serve::listen().await?,
        signalr.map::<DraftHub>("/drafts").into(),
        signalr,
    )
    .await
}
