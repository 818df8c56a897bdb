use signalr::hub;

#[hub]
async fn send_message(text: String) {
    drop(text);
}

fn main() {}
