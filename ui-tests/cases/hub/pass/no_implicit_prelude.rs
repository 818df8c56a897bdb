//! Nothing of the user's scope is taken for granted, not even the prelude.

#![no_implicit_prelude]

mod api {
    #[::signalr::client_interface]
    pub trait ChatClient {
        async fn receive(&self, text: ::std::string::String);
        async fn confirm(&self, question: ::std::string::String) -> bool;
        async fn guess(&self) -> ::core::result::Result<u32, ::std::string::String>;
    }

    #[::signalr::hub_interface]
    pub trait ChatApi {
        async fn send(&self, text: ::std::string::String);
        fn ticks(&self, from: u32) -> impl ::signalr::Stream<Item = u32>;
        async fn total(&self, samples: impl ::signalr::Stream<Item = f64>) -> f64;
    }
}

pub struct Audit;

pub struct ChatHub;

#[::signalr::hub(client = api::ChatClient, implements = api::ChatApi)]
impl ChatHub {
    pub async fn send(&self, audit: ::std::sync::Arc<Audit>, text: ::std::string::String) {
        let _ = (audit, text);
    }

    pub fn ticks(&self, from: u32) -> impl ::signalr::Stream<Item = u32> {
        ::futures_util::stream::iter(0..from)
    }

    pub async fn total(
        &self,
        samples: ::signalr::UploadStream<f64>,
        stop: ::signalr::CancellationToken,
    ) -> ::core::result::Result<f64, ::signalr::HubError> {
        let _ = (samples, stop);
        ::core::result::Result::Ok(0.0)
    }

    #[on_connected]
    async fn joined(
        &self,
        cx: &::signalr::CallerContext<Self>,
    ) -> ::core::result::Result<(), ::signalr::HubError> {
        let _ = cx;
        ::core::result::Result::Ok(())
    }

    #[on_disconnected]
    fn left(&self, cause: ::core::option::Option<&::signalr::ConnectionError>) {
        let _ = cause;
    }
}

fn main() {}
