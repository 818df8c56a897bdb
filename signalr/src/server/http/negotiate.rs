use std::sync::Arc;

use axum::Json;
use axum::http::{Method, StatusCode, request};
use axum::response::{IntoResponse, Response};
use serde::{Serialize, Serializer};

use super::admission::refuse;
use super::connection::HttpConnection;
use super::new_id;
use super::refresh::lifetime;
use super::response::{shutting_down, text};
use super::routes::Endpoint;
use crate::server::request::query_value;
use crate::transport::TransportKind;

/// The highest version of the negotiation.
const VERSION: i32 = 1;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Accepted {
    #[serde(skip_serializing_if = "is_false")]
    use_stateful_reconnect: bool,
    negotiate_version: i32,
    connection_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    connection_token: Option<String>,
    available_transports: Vec<&'static AvailableTransport>,
    #[serde(skip_serializing_if = "Option::is_none")]
    token_lifetime_seconds: Option<i32>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct AvailableTransport {
    #[serde(serialize_with = "name")]
    transport: TransportKind,
    transfer_formats: &'static [&'static str],
}

#[allow(clippy::trivially_copy_pass_by_ref)]
fn is_false(value: &bool) -> bool {
    !value
}

#[allow(clippy::trivially_copy_pass_by_ref)]
fn name<S: Serializer>(transport: &TransportKind, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(transport.as_str())
}

#[derive(Serialize)]
struct Refused {
    error: String,
}

/// In the order in which clients try them.
const TRANSPORTS: &[AvailableTransport] = &[
    AvailableTransport {
        transport: TransportKind::WebSockets,
        transfer_formats: &["Text", "Binary"],
    },
    AvailableTransport {
        transport: TransportKind::ServerSentEvents,
        transfer_formats: &["Text"],
    },
    AvailableTransport {
        transport: TransportKind::LongPolling,
        transfer_formats: &["Text", "Binary"],
    },
];

/// Answers `POST {path}/negotiate`.
pub(super) async fn negotiate(endpoint: Arc<Endpoint>, request: request::Parts) -> Response {
    if endpoint.attendance.is_closed() {
        return shutting_down();
    }
    let refused = refuse(
        &endpoint,
        &request.uri,
        &request.headers,
        &request.extensions,
    );
    if let Some(refused) = refused.await {
        return refused;
    }
    if request.method != Method::POST {
        return text(StatusCode::METHOD_NOT_ALLOWED, "");
    }
    let query = request.uri.query().unwrap_or_default();
    let version = match version(query, endpoint.options.minimum_protocol_version) {
        Ok(version) => version,
        Err(error) => return Json(Refused { error }).into_response(),
    };
    let connection_id = new_id();
    let connection_token = (version > 0).then(new_id);
    let token = connection_token.as_ref().unwrap_or(&connection_id);
    let options = &endpoint.options;
    let mut connection = HttpConnection::new(
        &connection_id,
        endpoint.key,
        options.application_max_buffer_size,
        request.extensions.get(),
    );
    let token_lifetime_seconds = options
        .enable_authentication_refresh
        .then(|| lifetime(connection.authentication().expires()))
        .flatten();
    let stateful = options.allow_stateful_reconnects && asks_for_stateful_reconnect(query);
    if stateful {
        connection = connection.stateful();
    }
    endpoint.table.add(token, connection);
    // Unused connections are found by the heartbeat.
    endpoint.heartbeat.start_once();
    Json(Accepted {
        use_stateful_reconnect: stateful,
        negotiate_version: version,
        connection_id,
        connection_token,
        available_transports: TRANSPORTS
            .iter()
            .filter(|available| options.transports.contains(available.transport))
            .collect(),
        token_lifetime_seconds,
    })
    .into_response()
}

/// Whether the value reads as true, as .NET reads one; anything else is no error.
fn asks_for_stateful_reconnect(query: &str) -> bool {
    query_value(query, "useStatefulReconnect").is_some_and(|asked| {
        asked
            .trim_matches(|letter: char| letter.is_whitespace() || letter == '\0')
            .eq_ignore_ascii_case("true")
    })
}

fn version(query: &str, minimum: i32) -> Result<i32, String> {
    let version = match query_value(query, "negotiateVersion") {
        None => 0,
        Some(asked) => {
            integer(&asked).ok_or("The client requested a non-integer protocol version.")?
        }
    };
    if version < minimum {
        return Err(format!(
            "The client requested version '{version}', but the server does not support this version."
        ));
    }
    Ok(version.min(VERSION))
}

/// A number as .NET reads one: blanks of ASCII around it, and zero bytes behind it.
fn integer(text: &str) -> Option<i32> {
    let is_blank = |letter: char| matches!(letter, '\t'..='\r' | ' ');
    let text = text.trim_start_matches(is_blank).trim_end_matches('\0');
    text.trim_end_matches(is_blank).parse().ok()
}

#[cfg(test)]
mod tests {
    use super::{asks_for_stateful_reconnect, version};

    #[test]
    fn only_true_asks_for_stateful_reconnect() {
        for (query, asks) in [
            ("useStatefulReconnect=true", true),
            ("usestatefulreconnect=TRUE", true),
            ("useStatefulReconnect=%20true%20", true),
            ("useStatefulReconnect=%00%C2%A0true%00", true),
            ("useStatefulReconnect=1", false),
            ("useStatefulReconnect=", false),
            ("useStatefulReconnect=true&useStatefulReconnect=true", false),
            ("", false),
        ] {
            assert_eq!(asks_for_stateful_reconnect(query), asks, "{query}");
        }
    }

    #[test]
    fn versions_are_chosen_as_the_reference_does() {
        assert_eq!(version("", 0), Ok(0));
        assert_eq!(version("negotiateVersion=1", 0), Ok(1));
        assert_eq!(version("NEGOTIATEVERSION=99", 0), Ok(1));
        assert_eq!(version("negotiateVersion=%2B1", 0), Ok(1));
        for one in [
            "1&negotiateVersion=",
            "%201%0B",
            "0001",
            "1%00",
            "1%20%00%00",
        ] {
            assert_eq!(
                version(&format!("negotiateVersion={one}"), 1),
                Ok(1),
                "{one}"
            );
        }
        for text in [
            "",
            "1.5",
            "x",
            "99999999999",
            "1&negotiateVersion=1",
            "%001",
            "%C2%A01",
            "1%E2%80%83",
            "%EF%BC%91",
        ] {
            let error = version(&format!("negotiateVersion={text}"), 0).expect_err("refused");
            assert_eq!(
                error,
                "The client requested a non-integer protocol version."
            );
        }
        for (query, shown) in [
            ("negotiateVersion=-1", "-1"),
            ("negotiateVersion=0", "0"),
            ("", "0"),
        ] {
            let minimum = i32::from(shown == "0");
            let error = version(query, minimum).expect_err("refused");
            assert!(error.contains(&format!("version '{shown}'")), "{error}");
        }
    }
}
