use signalr::hub_interface;

#[hub_interface]
trait ChatApi {
    fn total(&self, samples: signalr::UploadStream<f64>) -> f64;
}

fn main() {}
