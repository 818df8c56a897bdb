//! Services by type and by key, in methods and lifecycle methods, anywhere among the parameters, with or without a name.

use std::sync::Arc;

use signalr::{
    CallerContext, CancellationToken, ConnectionError, HubContext, HubError, UploadStream, hub,
};

trait Sink: Send + Sync {
    fn put(&self, text: &str);
}

struct Audit;

struct ChatHub;

#[hub]
impl ChatHub {
    pub async fn everything(
        &self,
        text: String,
        stop: CancellationToken,
        audit: Arc<Audit>,
        first: UploadStream<u32>,
        _: Arc<Audit>,
        cx: &CallerContext<Self>,
        count: u32,
        #[inject(key = "metrics")] sink: std::sync::Arc<dyn Sink>,
        second: UploadStream<String>,
        outside: Arc<HubContext<ChatHub>>,
    ) -> Result<u32, HubError> {
        let _ = (stop, audit, first, second, cx, outside);
        sink.put(&text);
        Ok(count)
    }

    pub fn ignoring(&self, _: &CallerContext<Self>, _: CancellationToken) {}

    #[on_disconnected]
    async fn left(
        &self,
        cause: Option<&ConnectionError>,
        audit: Arc<Audit>,
        cx: &CallerContext<Self>,
    ) {
        let _ = (cause, audit, cx);
    }
}

fn main() {}
