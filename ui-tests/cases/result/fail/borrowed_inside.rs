use signalr::{HubError, hub};

struct ChatHub;

#[hub]
impl ChatHub {
    pub fn names(&self) -> Result<Vec<&str>, HubError> {
        Ok(vec!["chat"])
    }
}

fn main() {}
