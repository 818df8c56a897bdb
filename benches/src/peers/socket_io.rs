//! Socket.IO: an event with an acknowledgement is its call.

use std::error::Error;

use axum::Router;
use axum::serve::ListenerExt;
use socketioxide::SocketIo;
use socketioxide::extract::{AckSender, Data, SocketRef};
use tokio::net::TcpListener;

pub(super) async fn serve(listener: TcpListener) -> Result<(), Box<dyn Error>> {
    let (layer, io) = SocketIo::builder().max_buffer_size(1024).build_layer();
    io.ns("/", async |socket: SocketRef| {
        socket.on("Echo", async |Data::<String>(text), ack: AckSender| {
            // The client may have left.
            let _ = ack.send(&text);
        });
        socket.on(
            "Broadcast",
            async |io: SocketIo, Data::<String>(text), ack: AckSender| {
                let _ = io.emit("Receive", &text).await;
                let _ = ack.send(&());
            },
        );
    });
    let listener = listener.tap_io(|stream| {
        let _ = stream.set_nodelay(true);
    });
    let app = Router::new().layer(layer);
    axum::serve(listener, app.into_make_service()).await?;
    Ok(())
}
