use signalr::{HubContext, client_interface, hub};

#[client_interface]
trait ChatClient {
    async fn confirm(&self, question: String) -> bool;
}

struct ChatHub;

#[hub(client = ChatClient)]
impl ChatHub {
    pub fn ping(&self) {}
}

async fn ask(outside: HubContext<ChatHub>) {
    let _ = outside.clients().all().confirm("really?".to_owned()).await;
}

fn main() {}
