//! The receiving side of Server-Sent Events.

use super::end::End;
use super::http::Response;
use super::inbox::Intake;
use super::websocket::TEXT;

const EVENT_END: &[u8] = b"\r\n\r\n";

/// Reads events to the end of the response.
pub(super) async fn read(mut response: Response, mut intake: Intake) {
    let mut pending = Vec::new();
    loop {
        match response.chunk().await {
            Ok(Some(part)) => pending.extend_from_slice(&part),
            Ok(None) => return intake.ended(End::Ended(true)),
            Err(_) => return intake.ended(End::Abrupt(true)),
        }
        while let Some(at) = pending
            .windows(EVENT_END.len())
            .position(|window| window == EVENT_END)
        {
            let event: Vec<u8> = pending.drain(..at + EVENT_END.len()).collect();
            if let Some(data) = data(&String::from_utf8_lossy(&event[..at])) {
                intake.arrived(&data, TEXT);
            }
        }
    }
}

/// The event's data lines as one text; none if it has none.
fn data(event: &str) -> Option<String> {
    let lines: Vec<_> = event
        .split("\r\n")
        .filter_map(|line| line.strip_prefix("data: "))
        .collect();
    (!lines.is_empty()).then(|| lines.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::data;

    #[test]
    fn events() {
        let cases = [
            (":", None),
            ("data: a", Some("a")),
            ("data: a\r\ndata: ", Some("a\n")),
            ("id: 1\r\ndata: a\rb", Some("a\rb")),
        ];
        for (event, expected) in cases {
            assert_eq!(data(event).as_deref(), expected, "{event:?}");
        }
    }
}
