use std::env::consts;

/// Who the client says it is, in the form of the official clients:
/// `{product}/{major.minor} ({version}; {system}; {runtime}; {runtime version})`.
pub(super) fn user_agent() -> String {
    let version = env!("CARGO_PKG_VERSION");
    let major = env!("CARGO_PKG_VERSION_MAJOR");
    let minor = env!("CARGO_PKG_VERSION_MINOR");
    let system = match consts::OS {
        "windows" => "Windows NT",
        "macos" => "macOS",
        "linux" => "Linux",
        "" => "Unknown OS",
        other => other,
    };
    format!("signalr-rust/{major}.{minor} ({version}; {system}; Rust; Unknown Runtime Version)")
}
