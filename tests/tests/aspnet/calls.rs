//! Calls of hub methods and their results.

use crate::place::everywhere;

#[tokio::test]
async fn a_call_has_a_result() {
    everywhere(async |at| {
        let link = at.connect("/hub").await;
        assert_eq!(link.invoke::<i32>("Add", (1, 2)).await.expect("a sum"), 3);
        let text = "\"quotes\", \u{1e}, é, 😀 and\nlines";
        let echo: String = link.invoke("echo", (text,)).await.expect("an echo");
        assert_eq!(echo, text);
        let transport: String = link.invoke("Transport", ()).await.expect("a name");
        assert_eq!(transport, at.transport.as_str());
        link.stop().await;
    })
    .await;
}
