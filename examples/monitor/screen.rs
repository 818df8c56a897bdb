//! One line for each thing that happens.

use signalr::error::CloseReason;

use crate::contract::{Reading, Watcher};

pub(crate) struct Screen;

impl Watcher for Screen {
    async fn reading(&self, reading: Reading) {
        let bar = "#".repeat(reading.value.clamp(0.0, 40.0) as usize);
        println!("  {:<12} {:>5.1} {bar}", reading.sensor, reading.value);
    }
}

pub(crate) fn connected(id: Option<&str>) {
    println!("+ connected as {}", id.unwrap_or("nobody in particular"));
}

pub(crate) fn lost(reason: &CloseReason) {
    println!("! lost: {reason}; trying again");
}

pub(crate) fn back(id: Option<&str>) {
    println!("+ back as {}", id.unwrap_or("nobody in particular"));
}
