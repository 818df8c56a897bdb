//! One error type for each operation.

mod client_result;
mod close_reason;
mod connection;
mod hub;
mod invoke;
mod send;
mod stream;

pub use client_result::ClientResultError;
pub use close_reason::CloseReason;
pub use connection::ConnectionError;
pub use hub::{HubError, ResultExt};
pub use invoke::InvokeError;
pub use send::SendError;
pub use stream::StreamError;

/// `InvalidOperationException` for `my_crate::InvalidOperationException<T>`: how the reference
/// names an error in a message.
pub(crate) fn short_type_name<T: ?Sized>() -> &'static str {
    let full = std::any::type_name::<T>();
    let plain = full.split('<').next().unwrap_or(full);
    plain.rsplit("::").next().unwrap_or(plain)
}

#[cfg(test)]
mod tests {
    use super::short_type_name;

    #[test]
    fn a_type_is_named_without_its_path_and_parameters() {
        assert_eq!(short_type_name::<std::io::Error>(), "Error");
        assert_eq!(short_type_name::<Vec<std::io::Error>>(), "Vec");
    }
}
