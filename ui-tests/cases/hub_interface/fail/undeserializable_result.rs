use signalr::hub_interface;

#[derive(serde::Serialize)]
struct Row;

#[hub_interface]
trait ChatApi {
    fn find(&self) -> Row;
}

fn main() {}
