//! What a call is told when the hub does not do what was asked.

use signalr::{HubConnection, InvokeError};

use crate::place::everywhere;

async fn refusal(link: &HubConnection, method: &str, text: &str) -> String {
    match link.invoke::<()>(method, (text,)).await {
        Err(InvokeError::Hub(text)) => text,
        other => panic!("{method}: {other:?}"),
    }
}

#[tokio::test]
async fn the_hubs_error_is_told_word_for_word() {
    everywhere(async |at| {
        let link = at.connect("/hub").await;
        let said = refusal(&link, "ThrowHub", "no entry").await;
        assert_eq!(
            said,
            "An unexpected error occurred invoking 'ThrowHub' on the server. HubException: no entry"
        );
        let said = refusal(&link, "Throw", "secret").await;
        assert_eq!(
            said,
            "An unexpected error occurred invoking 'Throw' on the server."
        );
        // It goes on afterwards.
        assert_eq!(link.invoke::<i32>("Add", (1, 2)).await.expect("a sum"), 3);
        link.stop().await;
    })
    .await;
}

#[tokio::test]
async fn a_call_that_fits_no_method_is_refused() {
    everywhere(async |at| {
        let link = at.connect("/hub").await;
        let said = refusal(&link, "NoSuchMethod", "").await;
        assert_eq!(
            said,
            "Failed to invoke 'NoSuchMethod' due to an error on the server. HubException: Method does not exist."
        );
        let said = refusal(&link, "Add", "one").await;
        assert_eq!(said, "Failed to invoke 'Add' due to an error on the server.");
        let said = refusal(&link, "OnlyUsers", "").await;
        assert!(said.starts_with("Failed to invoke 'OnlyUsers'"), "{said}");
        link.stop().await;
    })
    .await;
}

#[tokio::test]
async fn a_right_that_is_missing_is_told() {
    everywhere(async |at| {
        let link = at.connect("/hub").await;
        match link.invoke::<String>("OnlyUsers", ()).await {
            Err(InvokeError::Hub(text)) => assert_eq!(
                text,
                "Failed to invoke 'OnlyUsers' because user is unauthorized"
            ),
            other => panic!("{other:?}"),
        }
        link.stop().await;
    })
    .await;
}

#[tokio::test]
async fn a_result_of_another_type_fails_its_own_call_only() {
    everywhere(async |at| {
        let link = at.connect("/hub").await;
        let wrong = link.invoke::<i32>("Echo", ("text",)).await;
        assert!(matches!(wrong, Err(InvokeError::Decode(_))), "{wrong:?}");
        let right: String = link.invoke("Echo", ("text",)).await.expect("an echo");
        assert_eq!(right, "text");
        link.stop().await;
    })
    .await;
}
