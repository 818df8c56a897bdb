//! A client of a hub written in C#, `PlantHub.cs`: `cargo run --bin dotnet-hub -- [URL]`.

mod contract;

use std::error::Error;

use futures_util::{TryStreamExt, stream};
use signalr::HubConnection;

use contract::{PlantClient, PlantClientReceiver, PlantHubClient, Reading};

const URL: &str = "http://127.0.0.1:5000/plant";

/// What the hub may call.
struct Console;

impl PlantClient for Console {
    async fn reading_taken(&self, reading: Reading) {
        println!("stored: {} at {}", reading.sensor, reading.celsius);
    }

    async fn confirm_shut_down(&self, reason: String) -> bool {
        println!("shutting down because {reason}");
        true
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let url = std::env::args().nth(1).unwrap_or_else(|| URL.to_owned());
    let link = HubConnection::builder(&url)
        .receiver(PlantClientReceiver(Console))
        .build()?;
    link.start().await?;
    let plant = PlantHubClient::new(&link);

    let sensors = plant.get_sensors().await?;
    println!("sensors: {}", sensors.join(", "));
    for sensor in sensors {
        if let Some(last) = plant.get_last_reading_async(sensor.clone()).await? {
            println!("{sensor}: {} ({:?})", last.celsius, last.level);
            let again = stream::iter([last.clone(), last]);
            println!("imported: {}", plant.import(again).await?);
        }
        let mut readings = plant.watch(sensor).await?;
        while let Some(reading) = readings.try_next().await? {
            println!("now: {}", reading.celsius);
        }
    }
    let is_down = plant.shut_down("it is late".to_owned()).await?;
    println!("down: {is_down}");
    link.stop().await;
    Ok(())
}
