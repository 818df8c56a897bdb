use signalr::hub;

struct ChatHub;

#[hub]
impl ChatHub {
    pub fn name(&self) -> impl Future<Output = String> + Send {
        std::future::ready("chat".to_owned())
    }
}

fn main() {}
