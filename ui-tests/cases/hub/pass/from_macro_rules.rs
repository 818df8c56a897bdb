//! All of it may come out of a declarative macro.

use signalr::{client_interface, hub, hub_interface};

macro_rules! chat {
    ($client:ident, $api:ident, $hub:ident, $method:ident($argument:ident: $argument_type:ty) -> $result:ty) => {
        #[client_interface]
        trait $client {
            async fn $method(&self, $argument: $argument_type) -> $result;
        }

        #[hub_interface]
        trait $api {
            fn $method(&self, $argument: $argument_type) -> $result;
        }

        struct $hub;

        #[hub(client = $client, implements = $api)]
        impl $hub {
            pub async fn $method(
                &self,
                $argument: $argument_type,
            ) -> Result<$result, signalr::HubError> {
                Ok($argument.into())
            }

            #[hub_method(extra)]
            pub fn fixed(&self, value: $argument_type) -> $result {
                value.into()
            }
        }
    };
}

chat!(Client, Api, Hub, convert(from: u32) -> Option<u32>);

fn main() {}
