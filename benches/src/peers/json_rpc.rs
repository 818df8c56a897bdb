//! JSON-RPC over a WebSocket: a call is a request, a push comes through a subscription.

use std::error::Error;

use jsonrpsee::RpcModule;
use jsonrpsee::core::SubscriptionResult;
use jsonrpsee::core::server::SubscriptionMessage;
use jsonrpsee::server::{PendingSubscriptionSink, Server, ServerConfig};
use jsonrpsee::types::ErrorObjectOwned;
use tokio::net::TcpListener;
use tokio::sync::broadcast::{Sender, channel};

const QUEUE: usize = 1024;

pub(super) async fn serve(listener: TcpListener) -> Result<(), Box<dyn Error>> {
    let mut module = RpcModule::new(channel::<String>(QUEUE).0);
    module.register_method("Echo", |parameters, _, _| parameters.one::<String>())?;
    module.register_method("Broadcast", |parameters, everyone, _| {
        let text: String = parameters.one()?;
        // An error says that nobody has subscribed.
        let _ = everyone.send(text);
        Ok::<_, ErrorObjectOwned>(())
    })?;
    module.register_subscription(
        "Subscribe",
        "Receive",
        "Unsubscribe",
        async |_, pending, everyone, _| forward(pending, &everyone).await,
    )?;
    let config = ServerConfig::builder()
        .max_connections(100_000)
        .set_message_buffer_capacity(QUEUE as u32)
        .build();
    let server = Server::builder()
        .set_config(config)
        .build_from_tcp(listener.into_std()?)?;
    server.start(module).stopped().await;
    Ok(())
}

async fn forward(
    pending: PendingSubscriptionSink,
    everyone: &Sender<String>,
) -> SubscriptionResult {
    let mut texts = everyone.subscribe();
    let sink = pending.accept().await?;
    loop {
        tokio::select! {
            () = sink.closed() => return Ok(()),
            text = texts.recv() => {
                let (method, id) = (sink.method_name(), sink.subscription_id());
                let message = SubscriptionMessage::new(method, id, &text?)?;
                sink.send(message).await?;
            }
        }
    }
}
