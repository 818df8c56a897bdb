//! The player notices what a server does otherwise than recorded.

mod support;

use serde_json::{Value, json};
use signalr_tests::player::{Selection, Vector, check};

/// Steps that the server does not answer so, and what the player says.
const WRONG: [(&str, &str); 8] = [
    (
        r#"{"on":"a","expect":[{"type":3,"invocationId":"1","result":4}]}"#,
        r#"got      {"type":3,"invocationId":"1","result":3}"#,
    ),
    (
        r#"{"on":"a","expect":[{"type":3,"invocationId":"1","result":3},{"type":6}],"wait":50}"#,
        "got      nothing (after 1 of 2 messages)",
    ),
    (
        r#"{"on":"a","expect":[{"type":3,"invocationId":"2","result":3}],"unordered":true}"#,
        "(in any order)",
    ),
    (r#"{"on":"a","silence":100}"#, "expected silence"),
    (
        r#"{"on":"a","closed":{"code":1000}}"#,
        "expected the end by a Close with code 1000",
    ),
    (r#"{"sleep":1}"#, "expected nothing more for 'a'"),
    (
        r#"{"http":{"path":"/hub"},"response":{"status":200}}"#,
        "got      HTTP 400",
    ),
    (r#"{"on":"b","drop":true}"#, "'b' is not open"),
];

#[tokio::test]
async fn wrong_answers_are_noticed() {
    let (url, _) = support::serve().await;
    for (step, expected) in WRONG {
        let vector = vector(step);

        let report = check(&url, &[vector], &Selection::default(), |_| {}).await;

        let said: Vec<_> = report.failures().map(ToString::to_string).collect();
        assert!(
            said.iter().any(|text| text.contains(expected)),
            "{step}\n{said:?}"
        );
    }
}

/// A call that is answered with 3, and a step after it.
fn vector(step: &str) -> Vector {
    let step: Value = serde_json::from_str(step).expect("a step");
    let call = json!({ "type": 1, "invocationId": "1", "target": "Add", "arguments": [1, 2] });
    let vector = json!({
        "name": "player/wrong",
        "summary": "a server that answers otherwise",
        "issue": 1,
        "connections": { "a": { "path": "/hub" } },
        "steps": [{ "on": "a", "send": call }, step],
    });
    serde_json::from_str(&vector.to_string()).expect("a vector")
}
