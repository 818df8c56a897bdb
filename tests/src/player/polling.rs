//! The receiving side of long polling.

use super::end::End;
use super::failure::Failure;
use super::http::{Response, request};
use super::inbox::Intake;
use super::link::Link;
use super::websocket::TEXT;

/// One poll; the first is answered at once, without a body.
pub(super) async fn poll(link: &Link) -> Result<(Response, String), Failure> {
    let mut response = request(&link.to, "GET", &link.path, &link.headers, "").await?;
    let text = response.text().await?;
    Ok((response, text))
}

/// Polls until the server says that it is over.
pub(super) async fn read(link: Link, mut intake: Intake) {
    loop {
        match poll(&link).await {
            Ok((response, text)) if response.status == 200 => intake.arrived(&text, TEXT),
            Ok((response, _)) => return intake.ended(End::Status(response.status)),
            Err(_) => return intake.ended(End::Abrupt(true)),
        }
    }
}
