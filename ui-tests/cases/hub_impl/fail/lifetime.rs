use signalr::hub;

struct ChatHub<'a>(&'a str);

#[hub]
impl<'a> ChatHub<'a> {
    pub fn greet(&self) -> String {
        self.0.to_owned()
    }
}

fn main() {}
