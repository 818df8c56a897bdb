//! When what came is what was recorded.

use serde_json::{Number, Value};

use super::names::Names;
use super::pattern;

/// Deep equality, in which texts of the wanted value may be patterns and numbers are compared by value.
pub(super) fn same(want: &Value, got: &Value, names: &mut Names) -> bool {
    match (want, got) {
        (Value::String(pattern), Value::String(text)) => pattern::matches(pattern, text, names),
        (Value::String(pattern), _) => pattern == "${any}",
        (Value::Number(want), Value::Number(got)) => same_number(want, got),
        (Value::Array(want), Value::Array(got)) => {
            want.len() == got.len()
                && want
                    .iter()
                    .zip(got)
                    .all(|(want, got)| same(want, got, names))
        }
        (Value::Object(want), Value::Object(got)) => {
            want.len() == got.len()
                && want
                    .iter()
                    .all(|(name, want)| got.get(name).is_some_and(|got| same(want, got, names)))
        }
        _ => want == got,
    }
}

fn same_number(want: &Number, got: &Number) -> bool {
    if want.is_f64() || got.is_f64() {
        want.as_f64() == got.as_f64()
    } else {
        want == got
    }
}

#[cfg(test)]
mod tests {
    use super::same;
    use crate::player::names::Names;
    use serde_json::json;

    #[test]
    fn comparisons() {
        let cases = [
            (json!(1), json!(1.0), true),
            (json!(1), json!(true), false),
            (json!(null), json!(false), false),
            (
                json!(18_446_744_073_709_551_615_u64),
                json!(18_446_744_073_709_551_614_u64),
                false,
            ),
            (json!({"a": 1, "b": 2}), json!({"b": 2, "a": 1}), true),
            (json!({"a": 1}), json!({"a": 1, "b": 2}), false),
            (json!([1, "${any}"]), json!([1, {"x": 1}]), true),
            (json!("x${any}"), json!(1), false),
            (json!([1, 2]), json!([2, 1]), false),
        ];
        for (want, got, expected) in cases {
            assert_eq!(
                same(&want, &got, &mut Names::default()),
                expected,
                "{want} {got}"
            );
        }
    }
}
