//! The hub: readers read, administrators publish.

use signalr::{CallerContext, HubError, SendError, client_interface, hub};

#[client_interface]
pub(crate) trait NewsClient {
    async fn published(&self, headline: String, by: String);
}

pub(crate) struct NewsHub;

// No request gets this far without a good token: others are answered 401, and 403 where the role is missing.
#[hub(client = NewsClient, authorize(role = "reader"))]
impl NewsHub {
    pub fn my_name(&self, cx: &CallerContext<Self>) -> String {
        name(cx)
    }

    #[authorize(role = "admin")]
    pub async fn publish(
        &self,
        cx: &CallerContext<Self>,
        headline: String,
    ) -> Result<(), HubError> {
        if headline.trim().is_empty() {
            return Err(HubError::visible("A headline has words."));
        }
        cx.clients().all().published(headline, name(cx)).await?;
        Ok(())
    }

    /// The client has shown a fresh token: whoever is an administrator now hears what they do.
    #[on_authentication_refreshed]
    async fn refreshed(&self, cx: &CallerContext<Self>) -> Result<(), SendError> {
        let is_admin = cx.principal().is_some_and(|user| user.has_role("admin"));
        if is_admin {
            cx.groups().add("admins").await
        } else {
            cx.groups().remove("admins").await
        }
    }

    #[on_connected]
    async fn joined(&self, cx: &CallerContext<Self>) -> Result<(), SendError> {
        self.refreshed(cx).await
    }
}

fn name(cx: &CallerContext<NewsHub>) -> String {
    let principal = cx.principal();
    let name = principal.as_ref().and_then(|user| user.name());
    name.unwrap_or("somebody").to_owned()
}
