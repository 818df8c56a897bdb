//! Tables of values and how they are written.

use std::fmt::Debug;

use serde::Serialize;
use serde::de::DeserializeOwned;

/// Reads each text and writes it again; without an output, it must not be readable.
pub(super) fn json_table<T: Serialize + DeserializeOwned + Debug>(cases: &[(&str, Option<&str>)]) {
    for (text, expected) in cases {
        let value = serde_json::from_str::<T>(text);
        let written = value
            .as_ref()
            .ok()
            .map(|value| serde_json::to_string(value).expect("writable"));
        assert_eq!(
            written.as_deref(),
            *expected,
            "{text} was read as {value:?}"
        );
    }
}

/// Writes each value and reads it again.
#[cfg(feature = "messagepack")]
pub(super) fn messagepack_table<T: Serialize + DeserializeOwned + Debug + PartialEq>(
    cases: &[(T, &str)],
) {
    for (value, expected) in cases {
        let bytes = rmp_serde::to_vec_named(value).expect("writable");
        let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(hex, *expected, "{value:?}");
        assert_eq!(
            rmp_serde::from_slice::<T>(&bytes).expect("readable"),
            *value
        );
    }
}
