//! What a suite does that cannot run here.

use std::io::{Write, stderr};

/// Set by CI, where nothing may be left out.
const REQUIRED: &str = "SIGNALR_REQUIRE_E2E";

/// Says loudly that a suite is left out, or fails where CI asks for it.
pub(crate) fn skip(suite: &str, missing: &str) {
    assert!(
        std::env::var_os(REQUIRED).is_none(),
        "{suite} cannot run, and {REQUIRED} is set: {missing}"
    );
    // Not `eprintln!`, which is shown only when a test fails.
    writeln!(stderr(), "SKIPPED {suite}: {missing}").expect("stderr takes a line");
}
