use signalr::client_interface;

#[client_interface(proxies = Clients)]
trait ChatClient {
    async fn receive(&self, text: &str);
    fn confirm(&self) -> bool;
    const LIMIT: usize = 1;
    async fn store<T>(&self, value: T);
}

fn main() {}
