//! Messages that are too large for the server.

use signalr::{CloseReason, InvokeError};
use tokio::sync::mpsc::unbounded_channel;

use crate::place::everywhere;

#[tokio::test]
async fn a_server_that_is_sent_too_much_says_why_it_closes() {
    everywhere(async |at| {
        let link = at.connect("/small").await;
        let (sender, mut closed) = unbounded_channel();
        link.on_closed(move |reason| sender.send(reason).expect("the test listens"));
        let failed = link.invoke::<String>("Echo", ("x".repeat(300),)).await;
        assert!(matches!(failed, Err(InvokeError::Closed(_))), "{failed:?}");
        match closed.recv().await.expect("an end") {
            CloseReason::Server {
                error: Some(error), ..
            } => assert!(error.contains("maximum message size"), "{error}"),
            other => panic!("{other:?}"),
        }
    })
    .await;
}

#[tokio::test]
async fn a_known_limit_is_kept_before_anything_is_sent() {
    everywhere(async |at| {
        let builder = at.builder("/small").maximum_send_message_size(256);
        let link = crate::place::start(builder).await;
        let refused = link.invoke::<String>("Echo", ("x".repeat(300),)).await;
        assert!(
            matches!(refused, Err(InvokeError::TooLarge { limit: 256, .. })),
            "{refused:?}"
        );
        let echo: String = link.invoke("Echo", ("x",)).await.expect("an echo");
        assert_eq!(echo, "x");
        link.stop().await;
    })
    .await;
}
