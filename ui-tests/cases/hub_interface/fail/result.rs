use signalr::hub_interface;

#[hub_interface]
trait ChatApi {
    async fn read(&self) -> Result<String, std::io::Error>;
}

fn main() {}
