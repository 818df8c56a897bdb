//! All of it may come out of a declarative macro.

use signalr::{
    CallerContext, CancellationToken, HubError, Stream, UploadStream, client_interface, hub,
    hub_interface,
};

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

// Fragments come as a piece that hides what is inside.
macro_rules! one_method {
    ($seen:vis $hub:ident, [$($key:tt)*] $open:vis fn $method:ident($($argument:ident: $type:ty),*) -> $result:ty $body:block) => {
        $seen struct $hub;

        #[hub]
        impl $hub {
            #[hub_method($($key)*)]
            $open fn $method(&self, $($argument: $type),*) -> $result $body
        }
    };
}

one_method!(pub(crate) Context, [] pub fn send(items: UploadStream<u8>, cx: &CallerContext<Context>, stop: CancellationToken) -> Result<Vec<u8>, HubError> {
    drop((items, cx, stop));
    Ok(Vec::new())
});

one_method!(Numbers, [] pub fn numbers() -> impl Stream<Item = u8> {
    futures_util::stream::iter([1])
});

one_method!(Boxed, [stream] pub fn numbers() -> std::pin::Pin<Box<dyn Stream<Item = u8> + Send>> {
    Box::pin(futures_util::stream::iter([1]))
});

fn main() {}
