use signalr::{UploadStream, hub};

struct Row;

struct ChatHub;

#[hub]
impl ChatHub {
    pub fn query(&self, rows: UploadStream<Row>) {
        let _ = rows;
    }
}

fn main() {}
