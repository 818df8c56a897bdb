//! What the output of `#[hub]` calls, beside the server's own types.

use super::WireArgument;
use super::server::{Binder, Hub, UploadStream};

/// Binds the next upload stream of a call.
pub fn upload_stream<T: WireArgument, H: Hub>(binder: &mut Binder<'_, H>) -> UploadStream<T> {
    binder.upload()
}
