use std::io;

use tokio::runtime::{Builder, Runtime};

/// The same for every peer. One worker is a runtime without threads: nothing has to be handed from
/// one to another.
pub(super) fn build(workers: usize) -> io::Result<Runtime> {
    match workers {
        0 | 1 => Builder::new_current_thread().enable_all().build(),
        _ => Builder::new_multi_thread()
            .worker_threads(workers)
            .enable_all()
            .build(),
    }
}
