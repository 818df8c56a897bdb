//! Generated code raises no lint in the user's crate, whatever is denied there, and carries documentation and
//! deprecation on.

#![deny(
    warnings,
    missing_docs,
    unreachable_pub,
    missing_debug_implementations,
    rust_2018_idioms,
    unused
)]
#![deny(
    unused_qualifications,
    unused_results,
    trivial_casts,
    trivial_numeric_casts,
    single_use_lifetimes
)]
#![deny(
    missing_copy_implementations,
    let_underscore_drop,
    non_ascii_idents,
    unnameable_types
)]

use std::sync::Arc;

use signalr::{CallerContext, HubError, Stream, client_interface, hub, hub_interface};

/// What the hub calls on its clients.
#[client_interface]
pub trait ChatClient {
    /// A message.
    async fn receive(&self, text: String);
    /// A message of old.
    #[deprecated(note = "use `receive`")]
    async fn receive_text(&self, text: String);
    /// A question.
    async fn confirm(&self, question: String) -> bool;
}

/// What clients call on the hub.
#[hub_interface]
pub trait ChatApi {
    /// Sends.
    async fn send(&self, text: String);
    /// Sends as of old.
    #[deprecated]
    async fn send_text(&self, text: String);
    /// Many arguments.
    #[allow(clippy::too_many_arguments)]
    fn place(&self, a: u8, b: u8, c: u8, d: u8, e: u8, f: u8, g: u8, h: u8);
    /// Counts.
    fn ticks(&self, samples: impl Stream<Item = u32>) -> impl Stream<Item = u32>;
}

mod inside {
    use signalr::{client_interface, hub, hub_interface};

    #[client_interface]
    trait Hidden {
        async fn undocumented(&self, text: String);
    }

    #[hub_interface]
    pub(crate) trait Restricted {
        fn undocumented(&self);
    }

    pub(crate) struct InnerHub;

    #[hub(implements = Restricted)]
    impl InnerHub {
        pub(crate) fn new() -> Self {
            Self
        }

        #[hub_method]
        fn undocumented(&self) {}
    }
}

/// A service.
#[derive(Debug)]
#[non_exhaustive]
pub struct Audit {}

/// The hub.
#[derive(Debug)]
#[non_exhaustive]
pub struct ChatHub {}

#[hub(client = ChatClient, implements = ChatApi)]
impl ChatHub {
    /// Sends.
    ///
    /// # Errors
    /// The text is empty.
    pub async fn send(
        &self,
        cx: &CallerContext<Self>,
        audit: Arc<Audit>,
        text: String,
    ) -> Result<(), HubError> {
        drop(audit);
        cx.clients().all().receive(text).await?;
        Ok(())
    }

    /// Sends as of old.
    #[deprecated]
    pub async fn send_text(&self, text: String) {
        drop(text);
    }

    /// Many arguments.
    #[allow(clippy::too_many_arguments)]
    pub fn place(&self, a: u8, b: u8, c: u8, d: u8, e: u8, f: u8, g: u8, h: u8) {
        assert!(a.max(b).max(c).max(d) >= e.min(f).min(g).min(h));
    }

    /// Counts.
    pub fn ticks(&self, samples: signalr::UploadStream<u32>) -> impl Stream<Item = u32> {
        drop(samples);
        futures_util::stream::iter([1])
    }

    #[on_connected]
    async fn joined(&self) {}
}

fn main() {
    drop(inside::InnerHub::new());
}
