use signalr::{HubError, hub};

struct Row;

struct ChatHub;

#[hub]
impl ChatHub {
    pub fn find(&self) -> Result<Row, HubError> {
        Ok(Row)
    }
}

fn main() {}
