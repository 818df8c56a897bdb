use std::time::{Duration, Instant};

use super::Case;

/// Long enough for the clock, short enough to be left alone by other processes.
const BATCH: Duration = Duration::from_millis(2);
const BATCHES: usize = 101;
const WARM_UP: usize = 100;

impl Case {
    /// How long doing the work once takes: the median over many batches.
    #[must_use]
    pub fn time(&self) -> Duration {
        let mut work = self.prepare();
        let began = Instant::now();
        for _ in 0..WARM_UP {
            work();
        }
        let once = began.elapsed().as_secs_f64() / WARM_UP as f64;
        let size = (BATCH.as_secs_f64() / once).ceil().clamp(1.0, 1e6) as u32;
        let mut batches: Vec<Duration> = (0..BATCHES).map(|_| batch(&mut *work, size)).collect();
        batches.sort_unstable();
        batches[BATCHES / 2]
    }
}

fn batch(work: &mut dyn FnMut(), size: u32) -> Duration {
    let began = Instant::now();
    for _ in 0..size {
        work();
    }
    began.elapsed() / size
}
