//! Interfaces are found by path, wherever they live and whatever they are called here.

mod api {
    pub mod v1 {
        use signalr::{client_interface, hub_interface};

        #[client_interface]
        pub trait ChatClient {
            async fn receive(&self, text: String);
        }

        #[hub_interface]
        pub trait ChatApi {
            fn ping(&self);
        }
    }
}

use api::v1::ChatApi as Api;
use signalr::{CallerContext as Caller, hub as serve, hub_method};

type CallerContext<H> = Caller<H>;

struct ChatHub;

#[serve(client = self::api::v1::ChatClient, implements = Api)]
impl ChatHub {
    pub async fn ping(&self, cx: &CallerContext<Self>) {
        let _ = cx.clients().all().receive("ping".to_owned()).await;
    }

    #[signalr::hub_method(extra)]
    fn by_path(&self) {}

    #[hub_method(extra)]
    fn by_name(&self) {}
}

fn main() {}
