use signalr::{CallerContext, client_interface, hub};

#[client_interface]
trait ChatClient {
    async fn confirm(&self, question: String) -> bool;
}

struct ChatHub;

#[hub(client = ChatClient)]
impl ChatHub {
    pub async fn ask(&self, cx: &CallerContext<Self>) {
        let _ = cx
            .clients()
            .group("lobby")
            .confirm("really?".to_owned())
            .await;
    }
}

fn main() {}
