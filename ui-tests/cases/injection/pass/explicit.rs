//! With `inject = explicit` an `Arc<T>` comes from the wire unless it is marked.

use std::sync::Arc;

use signalr::hub;

trait Sink: Send + Sync {}

struct Audit;

struct ChatHub;

#[hub(inject = explicit)]
impl ChatHub {
    pub fn mixed(
        &self,
        #[inject] audit: Arc<Audit>,
        #[inject(key = "metrics")] sink: Arc<dyn Sink>,
        text: String,
        #[arg] count: u32,
    ) -> u32 {
        let _ = (audit, sink, text);
        count
    }

    #[on_connected]
    async fn joined(&self, #[inject] audit: Arc<Audit>) {
        let _ = audit;
    }
}

fn main() {}
