use futures_core::Stream;

use signalr::hub;

struct ChatHub;

#[hub]
impl ChatHub {
    pub fn total(&self, samples: impl Stream<Item = f64>) -> f64 {
        drop(samples);
        0.0
    }
}

fn main() {}
