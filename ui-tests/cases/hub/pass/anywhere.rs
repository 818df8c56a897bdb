//! In functions, in modules far from the type, under an alias, and seen by some only.

use signalr::contract::ClientInterface;
use signalr::hub;
use ui_tests::Recorder;

mod deep {
    pub mod er {
        use signalr::{client_interface, hub_interface};

        #[client_interface]
        pub(in crate::deep) trait FarClient {
            async fn receive(&self);
        }

        #[hub_interface]
        pub(super) trait FarApi {
            async fn send(&self);
        }

        pub(super) struct FarHub;
    }

    #[signalr::hub(client = er::FarClient, implements = self::er::FarApi)]
    impl self::er::FarHub {
        pub async fn send(&self) {}
    }

    pub struct Plain;
    pub type Alias = Plain;
}

#[hub]
impl deep::Alias {
    pub fn ping(&self) {}
}

fn in_a_function() -> Vec<String> {
    use signalr::{CallerContext, SignalR, client_interface, hub_interface};

    #[client_interface]
    trait LocalClient {
        async fn receive(&self, text: String);
    }

    #[hub_interface]
    trait LocalApi {
        async fn send(&self, text: String);
    }

    struct LocalHub;

    #[hub(client = LocalClient, implements = LocalApi)]
    impl LocalHub {
        pub async fn send(&self, cx: &CallerContext<Self>, text: String) {
            let _ = cx.clients().all().receive(text).await;
        }
    }

    let built = SignalR::builder().hub::<LocalHub>(|_| Ok(LocalHub), |_| {}).build();
    assert!(built.is_ok());
    let recorder = Recorder::default();
    let _ = <dyn LocalClient as ClientInterface>::proxy(recorder.clone()).receive("x".to_owned());
    recorder.take()
}

fn main() {
    assert_eq!(
        in_a_function(),
        [r#"send {"type":1,"target":"Receive","arguments":["x"]} 0"#]
    );
    assert_eq!(<deep::Plain as signalr::server::Hub>::NAME, "Alias");
}
