use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderValue, Method, StatusCode, header};
use reqwest::{Upgraded, Url};
use sha1::{Digest, Sha1};

use super::RequestError;
use super::requests::{Request, Requests};
use crate::transport::websocket::WebSocket;

/// What RFC 6455 has both ends add to the key.
const GUID: &str = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/// Opens a WebSocket.
pub(super) async fn open(
    requests: &Requests,
    url: Url,
) -> Result<WebSocket<Upgraded>, RequestError> {
    let mut nonce = [0; 16];
    getrandom::fill(&mut nonce).expect("the operating system gives random numbers");
    let key = STANDARD.encode(nonce);
    let request = Request::new(Method::GET, url)
        .header(header::CONNECTION, HeaderValue::from_static("Upgrade"))
        .header(header::UPGRADE, HeaderValue::from_static("websocket"))
        .header(
            header::SEC_WEBSOCKET_VERSION,
            HeaderValue::from_static("13"),
        )
        .header(
            header::SEC_WEBSOCKET_KEY,
            HeaderValue::from_str(&key).expect("base 64"),
        );
    let response = requests.send_with_fresh_token(request).await?;
    if response.status() != StatusCode::SWITCHING_PROTOCOLS {
        return Err(requests.refusal(response).await);
    }
    let accepted = response.headers().get(header::SEC_WEBSOCKET_ACCEPT);
    if accepted.is_none_or(|accepted| accepted.as_bytes() != accept(&key).as_bytes()) {
        return Err(RequestError::Unexpected(
            "the server's `Sec-WebSocket-Accept` does not answer the request".to_owned(),
        ));
    }
    let socket = requests.in_time(response.upgrade()).await?;
    Ok(WebSocket::client(socket.map_err(RequestError::network)?))
}

fn accept(key: &str) -> String {
    let digest = Sha1::new().chain_update(key).chain_update(GUID).finalize();
    STANDARD.encode(digest)
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_key_of_the_rfc_has_the_answer_of_the_rfc() {
        assert_eq!(
            super::accept("dGhlIHNhbXBsZSBub25jZQ=="),
            "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
        );
    }
}
